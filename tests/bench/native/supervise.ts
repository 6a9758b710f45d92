// What supervision costs at a start: a program that does nothing, through the launcher and bare.
import { spawnSync } from 'node:child_process';
import { supervise } from '@deployment-engine/native';
import type { Comparison } from '../native.ts';

export function comparisons(): Comparison[] {
  const command = '/bin/true';
  const launched = (policy: Parameters<typeof supervise>[0]) => {
    const { file, args } = supervise(policy, command, []) ?? { file: command, args: [] };
    return () => spawnSync(file, args).status;
  };
  const plain = () => spawnSync(command).status;
  const same = (one: unknown, other: unknown) => {
    if (one !== 0 || other !== 0) throw new Error(`exit codes ${String(one)} and ${String(other)}`);
  };
  return [
    { name: 'supervise start', native: launched({}), plain, same },
    { name: 'supervise start in a sandbox', native: launched({ files: {}, network: {}, seccomp: 'strict' }), plain, same },
  ];
}
