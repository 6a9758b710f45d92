import { isSecretVariable, maskArgs, maskEntries, maskEnv, maskText } from '@deployment-engine/shared/platform';
import { describe, expect, it } from 'vitest';
import { exitMeaning, nameOf } from './container.ts';
import { fullName, isImage, parseImageName } from './image-name.ts';
import { usageOf } from './stats.ts';
import { bytesOf, compact, count, known, momentOf, short, size, span, spanOf, table } from './words.ts';

describe('words and numbers', () => {
  it('reads and writes sizes', () => {
    expect([bytesOf('512m'), bytesOf('1.5g'), bytesOf('64MiB'), bytesOf('2kb'), bytesOf('100')]).toEqual([
      512 * 1024 ** 2,
      1.5 * 1024 ** 3,
      64 * 1024 ** 2,
      2048,
      100,
    ]);
    expect(() => bytesOf('many')).toThrow('not a size');
    expect([size(0), size(1984230), size(123 * 1024 ** 3)]).toEqual(['0 B', '1.9 MiB', '123 GiB']);
  });

  it('reads spans and moments', () => {
    expect([spanOf('90s'), spanOf('1h30m'), spanOf('2d'), spanOf('soon')]).toEqual([90, 5400, 172_800, undefined]);
    expect(momentOf('10m', 1_000_000_000)).toBe(1_000_000 - 600);
    expect(momentOf('2026-01-01T00:00:00Z')).toBe(1_767_225_600);
    expect(momentOf('1767225600.5')).toBe(1_767_225_600.5);
    expect(() => momentOf('2026-99-99')).toThrow('not a time');
    expect([span(5), span(600), span(10_000), span(500_000)]).toEqual(['5 s', '10 min', '3 h', '6 d']);
  });

  it('leaves out what is not there', () => {
    expect(compact({ a: '', b: [], c: {}, d: null, e: undefined, f: 0, g: false, h: 'x' })).toEqual({ f: 0, g: false, h: 'x' });
    expect([known('0001-01-01T00:00:00Z'), known(''), known('2026-01-01')]).toEqual([undefined, undefined, '2026-01-01']);
    expect([short('sha256:0123456789abcdef'), count(1, 'line'), count(2, 'process', 'processes')]).toEqual([
      '0123456789ab',
      '1 line',
      '2 processes',
    ]);
    expect(table(['A', 'LONG'], [['aaa', 'b']])).toBe('A    LONG\naaa  b');
    expect(nameOf(['/web/db', '/db'])).toBe('db');
  });

  it('says what exit codes mean', () => {
    expect([0, 3, 127, 137, 139, 143].map(exitMeaning)).toEqual([
      'ended without error',
      'the program’s own error',
      'the command was not found',
      'ended by SIGKILL',
      'ended by SIGSEGV',
      'ended by SIGTERM',
    ]);
  });
});

describe('image names', () => {
  it.each([
    ['busybox', 'docker.io', 'busybox:latest'],
    ['library/postgres:17', 'docker.io', 'library/postgres:17'],
    ['127.0.0.1:5000/a/b:1', '127.0.0.1:5000', '127.0.0.1:5000/a/b:1'],
    ['localhost/a', 'localhost', 'localhost/a:latest'],
    [`ghcr.io/o/a@sha256:${'a'.repeat(64)}`, 'ghcr.io', `ghcr.io/o/a@sha256:${'a'.repeat(64)}`],
  ])('reads %s', (text, registry, full) => {
    expect(isImage(text)).toBe(true);
    expect(parseImageName(text).registry).toBe(registry);
    expect(fullName(parseImageName(text))).toBe(full);
  });

  it.each(['', 'UPPER', 'a b', '../x', 'a/../b', 'a:b:c:', 'a?x=1', 'a%2e', '-x', 'a@sha256:short', `a${'a'.repeat(600)}`])(
    'refuses %j',
    (text) => {
      expect(isImage(text)).toBe(false);
      expect(() => parseImageName(text.slice(0, 20) === text ? text : '?')).toThrow('not the name');
    },
  );
});

describe('secrets', () => {
  it('knows names of secrets, and names that only sound like it', () => {
    for (const name of [
      'PASSWORD',
      'DB_PASS',
      'POSTGRES_PASSWORD',
      'API_KEY',
      'apiKey',
      'AWS_SECRET_ACCESS_KEY',
      'GITHUB_TOKEN',
      'MY_KEY',
      'JWT_SECRET',
      'SENTRY_DSN',
      'PRIVATE_KEY',
      'auth.token',
      'SESSION_COOKIE',
      'npm_config__auth',
    ])
      expect(isSecretVariable(name), name).toBe(true);
    for (const name of ['PATH', 'HOME', 'MONKEY', 'KEYBOARD', 'POSTGRES_PASSWORD_FILE', 'AUTHOR', 'COMPASS', 'TOKEN_TTL', 'PASSENGER_MODE'])
      expect(isSecretVariable(name), name).toBe(false);
  });

  it('masks values wherever they stand', () => {
    expect(maskEnv(['API_KEY=abc', 'MODE=x', 'URL=redis://:pw@h/0', 'BARE'])).toEqual([
      'API_KEY=[masked]',
      'MODE=x',
      'URL=redis://:[masked]@h/0',
      'BARE',
    ]);
    expect(maskArgs(['--password', 'pw', '--token=abc', '-v', 'x'])).toEqual(['--password', '[masked]', '--token=[masked]', '-v', 'x']);
    expect(maskArgs(['--no-password', '--verbose'])).toEqual(['--no-password', '--verbose']);
    expect(maskEntries({ 'app.token': 'abc', role: 'web' })).toEqual({ 'app.token': '[masked]', role: 'web' });
    expect(maskText('|1 NPM_TOKEN=abc /bin/sh -c npm ci')).toBe('|1 NPM_TOKEN=[masked] /bin/sh -c npm ci');
    expect(maskText('curl -H "Authorization: Bearer abcdefgh12345" https://u:pw@h/')).toBe(
      'curl -H "Authorization: Bearer [masked]" https://u:[masked]@h/',
    );
    expect(maskText('mysql --password=pw --user root')).toBe('mysql --password=[masked] --user root');
    expect(maskText('plain --mode=fast A=b')).toBe('plain --mode=fast A=b');
  });
});

describe('use of a container', () => {
  it('is computed as the docker command line does', () => {
    const usage = usageOf({
      cpu_stats: {
        cpu_usage: { total_usage: 3e9 },
        system_cpu_usage: 20e9,
        online_cpus: 4,
        throttling_data: { periods: 10, throttled_periods: 5 },
      },
      precpu_stats: { cpu_usage: { total_usage: 1e9 }, system_cpu_usage: 12e9 },
      memory_stats: { usage: 1000, limit: 2000, failcnt: 3, stats: { inactive_file: 200 } },
      networks: { eth0: { rx_bytes: 5, tx_bytes: 6, rx_dropped: 1 }, eth1: { rx_bytes: 1, tx_bytes: 1 } },
      blkio_stats: {
        io_service_bytes_recursive: [
          { op: 'Read', value: 7 },
          { op: 'write', value: 8 },
          { op: 'Total', value: 15 },
        ],
      },
      pids_stats: { current: 2 },
    });
    expect(usage).toEqual({
      cpu_percent: 100,
      cpus: 4,
      throttled_percent: 50,
      memory_bytes: 800,
      memory_limit: 2000,
      memory_percent: 40,
      memory_failures: 3,
      pids: 2,
      network_rx_bytes: 6,
      network_tx_bytes: 7,
      network_problems: 1,
      block_read_bytes: 7,
      block_write_bytes: 8,
    });
    expect(usageOf({})).toMatchObject({ cpu_percent: 0, memory_bytes: 0 });
  });
});
