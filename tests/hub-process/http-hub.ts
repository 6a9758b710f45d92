import { type ChildProcess, spawn } from 'node:child_process';
import { hubProgram } from './program.ts';

export interface HttpHub {
  /** `http://127.0.0.1:<port>/mcp` */
  url: string;
  pid: number;
  child: ChildProcess;
  /** What it has written so far, both streams. */
  output(): string;
  /** Ends it by a signal, and waits for its end. Returns the exit status, or the signal that ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

/** Starts `hub --http` on a free port, from the sources, and waits until it listens. */
export async function startHttpHub(env: Record<string, string>, ...flags: string[]): Promise<HttpHub> {
  const { command, args } = hubProgram('hub', '--http', '0', ...flags);
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => child.once('close', (code, signal) => resolve(code ?? signal)));
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        const found = /http:\/\/127\.0\.0\.1:\d+\/mcp/.exec(output)?.[0];
        if (found !== undefined) resolve(found);
      });
    }
    void ended.then((code) => reject(new Error(`the hub ended (${code}) before it listened: ${output}`)));
  });
  return {
    url,
    pid: child.pid!,
    child,
    output: () => output,
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}
