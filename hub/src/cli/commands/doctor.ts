import { ConfigError } from '@deployment-engine/shared/platform';
import { sectionProblems } from '../../config/sections.ts';
import { EXIT } from '../failure.ts';
import { openLocalHub } from '../local-hub.ts';
import { paint, print, printJson, Progress } from '../print.ts';
import { readinessLines, readinessOf } from '../readiness.ts';
import { VERSION } from '../version.ts';
import { plural } from '../words.ts';

const PROBE_MS = 10_000;

/** A server that is not ready is no fault of the hub: the exit code speaks of the hub and its configuration alone. */
export async function doctor(flags: { json?: boolean; config?: string }): Promise<number> {
  const local = openLocalHub(flags);
  try {
    const { machine, registry, config, file } = local;
    const problems = await sectionProblems(config, machine.env);
    const progress = new Progress();
    let left = registry.upstreams.size;
    progress.show(`asking ${plural(left, 'server')} …`);
    const servers = await readinessOf(registry, PROBE_MS, () => progress.show(`waiting for ${plural(--left, 'server')} …`));
    progress.clear();
    const { unset, missing } = machine.roots.status();
    const roots = { list: machine.roots.list(), missing, ...(unset === undefined ? {} : { unset }) };
    if (flags.json) {
      printJson({
        ok: problems.length === 0,
        version: VERSION,
        node: process.versions.node,
        platform: `${process.platform}-${process.arch}`,
        config: file ?? null,
        problems,
        home: machine.home,
        roots,
        servers,
      });
    } else {
      const ready = servers.filter((server) => server.ready).length;
      print(
        [
          `Deployment Engine ${VERSION}, Node ${process.versions.node}, ${process.platform}-${process.arch}`,
          `Configuration  ${file ?? 'embedded defaults (no file named)'}`,
          ...(problems.length === 0 ? [] : [paint('red', new ConfigError(problems).message)]),
          `State          ${machine.home}`,
          `Folders        ${roots.list.join(', ') || 'none'}${missing.length === 0 ? '' : ` (not there: ${missing.join(', ')})`}`,
          ...(unset === undefined ? [] : [`               ${unset}`]),
          '',
          `Servers        ${ready} of ${servers.length} ready`,
          ...readinessLines(servers),
        ].join('\n'),
      );
    }
    return problems.length === 0 ? EXIT.ok : EXIT.failure;
  } finally {
    await local.close();
  }
}
