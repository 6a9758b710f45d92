import { describe, expect, it } from 'vitest';
import { errorLine, signOf } from './log-signs.ts';

describe('what the log of a program says', () => {
  it.each([
    ['psycopg2.OperationalError: could not translate host name "db" to address: Name or service not known', 'name_not_resolved'],
    ['Error: getaddrinfo ENOTFOUND orders-api', 'name_not_resolved'],
    ['dial tcp: lookup redis on 10.96.0.10:53: no such host', 'name_not_resolved'],
    ['java.net.UnknownHostException: kafka', 'name_not_resolved'],
    ['Error: connect ECONNREFUSED 10.0.0.7:5432', 'dependency_unreachable'],
    ['panic: dial tcp 10.12.0.7:5439: connect: connection refused', 'dependency_unreachable'],
    ['redis.exceptions.TimeoutError: connection timed out', 'dependency_unreachable'],
    ['FATAL: password authentication failed for user "shop"', 'credentials_refused'],
    ["Access denied for user 'shop'@'10.1.2.3' (using password: YES)", 'credentials_refused'],
    ['Error: listen EADDRINUSE: address already in use :::8080', 'port_conflict'],
    ['open /etc/app/config.yaml: no such file or directory', 'config_file_missing'],
    ["Error: ENOENT: no such file or directory, open '/config/app.json'", 'config_file_missing'],
    ["FileNotFoundError: [Errno 2] No such file or directory: 'settings.toml'", 'config_file_missing'],
    ["KeyError: 'DATABASE_URL'", 'setting_missing'],
    ['environment variable API_TOKEN is not set', 'setting_missing'],
    ['required setting LISTEN must be set', 'setting_missing'],
    ['mkdir /data/x: permission denied', 'permission_denied'],
    ['open /var/log/app.log: read-only file system', 'read_only_file_system'],
    ['write /data/wal: no space left on device', 'disk_full'],
    ['exec /app/server: exec format error', 'wrong_architecture'],
    ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory', 'out_of_memory'],
    ['java.lang.OutOfMemoryError: Java heap space', 'out_of_memory'],
    ['nginx: [emerg] unknown directive "proxy_pas" in /etc/nginx/nginx.conf:14', 'config_invalid'],
    [
      '[ALERT]    (1) : config : parsing [/usr/local/etc/haproxy/haproxy.cfg:7] : unknown keyword "blind" in "frontend" section',
      'config_invalid',
    ],
    [
      'level=error msg="Error loading config (--config.file=/etc/prometheus/prometheus.yml)" err="parsing YAML file /etc/prometheus/prometheus.yml: yaml: line 9: did not find expected key"',
      'config_invalid',
    ],
    ['json.decoder error: invalid character in /etc/app/config.json: line 3 column 7', 'config_invalid'],
    [
      'E0101 10:00:00.1 1 reflector.go:1] pods is forbidden: User "system:serviceaccount:shop:sync" cannot list resource "pods" in API group ""',
      'access_missing',
    ],
    ['err="secrets is forbidden: User \\"system:serviceaccount:a:b\\" cannot get resource \\"secrets\\""', 'access_missing'],
  ])('%s', (line, cause) => {
    const sign = signOf(`starting\n${line}\n\n    at main (/app/index.js:1:1)\n`);
    expect(sign).toMatchObject({ cause, line });
  });

  it.each(["ModuleNotFoundError: No module named 'pandas'", 'ok, listening on :8080', 'panic: index out of range', ''])(
    'says nothing of what it does not know: %s',
    (line) => {
      expect(signOf(line)).toBeUndefined();
    },
  );

  it.each([
    '10-listen-on-ipv6-by-default.sh: info: can not modify /etc/nginx/conf.d/default.conf (read-only file system?)',
    'time="2026-01-01T00:00:00Z" level=info msg="probe: connection refused, trying again"',
    '{"level":"debug","msg":"cache: no such file or directory"}',
    '2026-01-01T00:00:00Z [INFO] connection refused once, going on',
    'I0101 10:00:00.123456       1 main.go:1] permission denied by the first of two',
  ])('takes nothing for the reason that is marked as no error: %s', (line) => {
    expect(signOf(`${line}\n`)).toBeUndefined();
    expect(signOf(`${line}\nError: listen EADDRINUSE :::80\n`)?.cause).toBe('port_conflict');
  });

  it('reads a line of any length in no more than its length', () => {
    for (const part of ['[emerg] ', 'invalid ', 'x ', 'parse error in a.conf ', 'info '])
      expect(signOf(part.repeat(20_000))).toBeUndefined();
  });

  it.each([
    ['Error: getaddrinfo ENOTFOUND orders-api', 'orders-api'],
    ['dial tcp: lookup redis.shop on 10.96.0.10:53: no such host', 'redis.shop'],
    ['could not translate host name "db" to address: Name or service not known', 'db'],
    ['connect ECONNREFUSED orders-db:5432', 'orders-db'],
    ['host not found in upstream "orders-api" in /etc/nginx/nginx.conf:3', 'orders-api'],
  ])('finds the host in: %s', (line, host) => {
    expect(signOf(line)?.host).toBe(host);
  });

  it('takes the line that names an error, else the last', () => {
    expect(errorLine('a\nValueError: no such rate\nexiting\n')).toBe('ValueError: no such rate');
    expect(errorLine('one\ntwo\n')).toBe('two');
    expect(errorLine('\n')).toBeUndefined();
  });
});
