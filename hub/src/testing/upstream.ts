import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ToolError } from '@deployment-engine/shared/contracts';
import { createExec, createLog, createStore, type Exec, type Store } from '@deployment-engine/shared/platform';
import {
  type Caller,
  callOf,
  ResultBody,
  runCall,
  standardPipeline,
  defaultPolicy,
  type ToolResult,
} from '@deployment-engine/shared/toolkit';
import { Pins } from '../guard/pins.ts';
import { StdioWire } from '../upstream/stdio-wire.ts';
import { type ThirdPartyOptions, ThirdPartyUpstream } from '../upstream/third-party.ts';
import { callerFor, scripted } from './machine.ts';

export interface TestUpstream {
  upstream: ThirdPartyUpstream;
  store: Store;
  exec: Exec;
  pins: Pins;
  /** Says what the next start of the server does. */
  restartAs: (script: object) => void;
  /** Calls a tool through the whole pipeline. */
  call: (tool: string, args?: object, caller?: Partial<Caller>) => Promise<ToolResult>;
  /** The text of a call that works. */
  text: (tool: string, args?: object, caller?: Partial<Caller>) => Promise<string>;
  /** Another process of the same person, with the same pins. */
  again: (script?: object, options?: Partial<ThirdPartyOptions>) => TestUpstream;
  dispose: () => Promise<void>;
}

/** An upstream in front of the scripted server, with a store of its own. */
export function openUpstream(
  script: object = {},
  options: Partial<ThirdPartyOptions> = {},
  folder: string = mkdtempSync(join(tmpdir(), 'upstream-')),
): TestUpstream {
  const exec = createExec({ env: { PATH: process.env['PATH'] } });
  const store = createStore(folder);
  const pins = new Pins(store, 'up', 'up');
  const log = createLog({ level: 'silent' });
  let now = script;
  const upstream = new ThirdPartyUpstream({
    slug: 'up',
    title: 'Up',
    log,
    open: () => new StdioWire({ exec, ...scripted(now) }),
    pins,
    tools: {},
    roots: () => ['/srv'],
    idleStopMs: 0,
    ...options,
  });
  const pipeline = standardPipeline({
    find: (tool, call) => upstream.target(tool, call),
    policy: defaultPolicy(),
    record: () => undefined,
    observe: () => undefined,
  });
  const call: TestUpstream['call'] = async (tool, args = {}, caller = {}) => {
    const outcome = await runCall(pipeline, callOf('up', tool, args, callerFor(caller)), log);
    return outcome.kind === 'result' ? outcome.value.result : ResultBody.of({ content: [], asked: outcome.requests }).result;
  };
  return {
    upstream,
    store,
    exec,
    pins,
    restartAs: (next) => {
      now = next;
    },
    call,
    async text(tool, args, caller) {
      const result = await call(tool, args, caller);
      const [block] = result.content;
      if (result.isError || block?.type !== 'text') throw new Error(JSON.stringify(result));
      return block.text;
    },
    again: (next = {}, more = {}) => openUpstream(next, { ...options, ...more }, folder),
    async dispose() {
      await upstream.close();
      await exec.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The error in a result. */
export function errorIn(result: ToolResult): ToolError {
  return (result.structuredContent as { error: ToolError }).error;
}
