import { execFile } from 'node:child_process';
import { appendFile, chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../scripts/backends/build.sh', import.meta.url));

// The script is real; Go is a small program that builds in no time and writes down what it was asked.
const GO = `#!/bin/sh
case "$1" in
  env) echo "$GO_VERSION linux amd64"; exit ;;
  build) while [ "$1" != -o ]; do shift; done; target="$2" ;;
  install) for last; do :; done; last="\${last##*/}"; target="$GOBIN/\${last%@*}" ;;
esac
echo "$target" >>"$GO_LOG"
[ "\${GO_FAILS:-}" = "\${target##*/}" ] && exit 1
sleep 0.2
printf '#!/bin/sh\\n' >"$target"
chmod +x "$target"
`;

let top: string;
let cache: string;

interface Outcome {
  code: number;
  text: string;
}

function build(args: string[] = [], env: Record<string, string> = {}): Promise<Outcome> {
  const own = { PATH: `${join(top, 'bin')}:${process.env['PATH']}`, XDG_CACHE_HOME: join(top, 'cache'), GO_LOG: join(top, 'go.log') };
  return new Promise((resolve) => {
    execFile(join(top, 'scripts/backends/build.sh'), args, { env: { ...own, GO_VERSION: 'go1.26.0', ...env } }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), text: `${out}${err}` });
    });
  });
}

const paths = async (env?: Record<string, string>): Promise<string[]> =>
  (await build(['paths'], env)).text
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
const builds = async (): Promise<number> => (await readFile(join(top, 'go.log'), 'utf8').catch(() => '')).split('\n').length - 1;
const programs = async (): Promise<string[]> => (await readdir(cache).catch(() => [])).filter((name) => name !== 'lock');

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'build-'));
  cache = join(top, 'cache/deployment-engine');
  for (const folder of ['bin', 'scripts/backends', 'tests/control-plane']) await mkdir(join(top, folder), { recursive: true });
  await copyFile(SCRIPT, join(top, 'scripts/backends/build.sh'));
  await writeFile(join(top, 'bin/go'), GO);
  await chmod(join(top, 'bin/go'), 0o755);
  await writeFile(join(top, 'tests/control-plane/go.mod'), 'require (\n\tk8s.io/kubernetes v1.36.3\n)\n');
  for (const name of ['go.sum', 'main.go']) await writeFile(join(top, 'tests/control-plane', name), '');
});

afterEach(() => rm(top, { recursive: true, force: true }));

describe('scripts/backends/build.sh', { timeout: 30_000 }, () => {
  it('says where the programs lie, and builds nothing for that', async () => {
    const [controlPlane = '', kwok = '', helm = ''] = await paths();
    expect(controlPlane).toMatch(/\/cache\/deployment-engine\/control-plane-[0-9a-f]{16}$/);
    expect(kwok).toMatch(/\/cache\/deployment-engine\/kwok-v[\d.]+-[0-9a-f]{8}$/);
    expect(helm).toMatch(/\/cache\/deployment-engine\/helm-v3[\d.]+-[0-9a-f]{8}$/);
    expect(await builds()).toBe(0);
    expect(await programs()).toEqual([]);
  });

  it('builds each once, however many ask at the same time', async () => {
    const outcomes = await Promise.all([build(), build(), build()]);
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(outcomes.map(({ text }) => text).join('')).toContain('about fifteen minutes');
    expect(await builds()).toBe(3);
    expect((await programs()).map((name) => join(cache, name)).toSorted()).toEqual((await paths()).toSorted());
  });

  it('builds anew what is another program now', async () => {
    const [controlPlane, kwok] = await paths();
    await appendFile(join(top, 'tests/control-plane/main.go'), '// changed\n');
    const [changed, same] = await paths();
    expect(changed).not.toBe(controlPlane);
    expect(same).toBe(kwok);
    const [, other] = await paths({ GO_VERSION: 'go1.27.0' });
    expect(other).not.toBe(kwok);
  });

  it('leaves nothing of a build that fails', async () => {
    const { code } = await build([], { GO_FAILS: 'kwok' });
    expect(code).toBe(1);
    expect(await programs()).toEqual([expect.stringMatching(/^control-plane-/)]);
    expect(await build()).toMatchObject({ code: 0 });
    expect(await builds()).toBe(4);
  });

  it('says that Go is missing', async () => {
    await rm(join(top, 'bin/go'));
    // Tools of the shell alone: no folder where a Go may lie.
    for (const name of ['bash', 'dirname', 'awk']) {
      const { stdout } = await new Promise<{ stdout: string }>((resolve) =>
        execFile('sh', ['-c', `command -v ${name}`], (_, out) => resolve({ stdout: out })),
      );
      await writeFile(join(top, 'bin', name), `#!/bin/sh\nexec ${stdout.trim()} "$@"\n`, { mode: 0o755 });
    }
    const { code, text } = await build(['paths'], { PATH: join(top, 'bin') });
    expect({ code, text }).toEqual({ code: 3, text: 'Go is not installed (https://go.dev/dl)\n' });
  });
});
