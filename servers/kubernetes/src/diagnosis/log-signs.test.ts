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
    ['Error: getaddrinfo ENOTFOUND orders-api', 'orders-api'],
    ['dial tcp: lookup redis.shop on 10.96.0.10:53: no such host', 'redis.shop'],
    ['could not translate host name "db" to address: Name or service not known', 'db'],
    ['connect ECONNREFUSED orders-db:5432', 'orders-db'],
  ])('finds the host in: %s', (line, host) => {
    expect(signOf(line)?.host).toBe(host);
  });

  it('takes the line that names an error, else the last', () => {
    expect(errorLine('a\nValueError: no such rate\nexiting\n')).toBe('ValueError: no such rate');
    expect(errorLine('one\ntwo\n')).toBe('two');
    expect(errorLine('\n')).toBeUndefined();
  });
});
