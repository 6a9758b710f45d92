import { ToolError } from '@deployment-engine/shared/contracts';
import type { HttpStream } from '@deployment-engine/shared/platform';
import { describe, expect, it } from 'vitest';
import { followList } from './watch.ts';
import type { KubeList, KubeObject } from './wire.ts';

const object = (name: string, version: number, uid = `uid-${name}`): KubeObject => ({
  metadata: { name, namespace: 'a', uid, resourceVersion: String(version) },
});
const line = (type: string, one: unknown): string => `${JSON.stringify({ type, object: one })}\n`;
const list = (version: number, ...items: KubeObject[]): KubeList => ({ metadata: { resourceVersion: String(version) }, items });
const expired = () => new ToolError('conflict', 'too old', { details: { reason: 'expired' } });
const away = () => new ToolError('unavailable', 'away');

/** Parts of a stream, in bytes as they come; an error ends it. */
type Script = (string | Buffer | Error)[];

/**
 * A source that plays a script: the lists it gives one after the other, and the streams it opens. When both are used up the watch ends.
 */
async function play(lists: (KubeList | Error)[], streams: (Script | Error)[]) {
  const stop = new AbortController();
  const opened: string[] = [];
  const asked: (string | undefined)[] = [];
  let closed = 0;
  const next = <T>(from: (T | Error)[]): T => {
    const one = from.shift();
    if (one === undefined) {
      stop.abort();
      throw new ToolError('cancelled', 'the script has ended');
    }
    if (one instanceof Error) throw one;
    return one;
  };
  const seen: string[] = [];
  const run = async () => {
    const source = {
      async list(continueAt: string | undefined) {
        asked.push(continueAt);
        return next(lists);
      },
      async open(version: string): Promise<HttpStream> {
        opened.push(version);
        const script = next(streams);
        const body = (async function* () {
          try {
            for (const part of script) {
              if (part instanceof Error) throw part;
              yield Buffer.from(part);
            }
          } finally {
            closed += 1;
          }
        })();
        return { status: 200, headers: {}, url: '', body, close: () => undefined };
      },
    };
    for await (const event of followList(source, { signal: stop.signal }))
      seen.push(
        event.type === 'SYNCED' ? 'SYNCED' : `${event.type} ${event.object.metadata.name}@${event.object.metadata.resourceVersion}`,
      );
  };
  const failure = await run().then(
    () => undefined,
    (error: unknown) => error,
  );
  return { seen, opened, asked, closed, failure };
}

describe('a watch', () => {
  it('gives what is there, page by page, then every change from there', async () => {
    const pages = [{ ...list(10, object('a', 1)), metadata: { resourceVersion: '10', continue: 'more' } }, list(10, object('b', 2))];
    const { seen, opened, asked } = await play(pages, [
      [line('MODIFIED', object('a', 11)), line('ADDED', object('c', 12)), line('DELETED', object('b', 13))],
    ]);
    expect(seen).toEqual(['ADDED a@1', 'ADDED b@2', 'SYNCED', 'MODIFIED a@11', 'ADDED c@12', 'DELETED b@13']);
    expect(asked).toEqual([undefined, 'more']);
    expect(opened).toEqual(['10', '13']);
  });

  it('goes on from the last version after the end of a stream, a bookmark included', async () => {
    const { seen, opened, asked } = await play(
      [list(10)],
      [[line('ADDED', object('a', 11))], [line('BOOKMARK', { metadata: { resourceVersion: '50' } })], [line('ADDED', object('b', 51))]],
    );
    expect(seen).toEqual(['SYNCED', 'ADDED a@11', 'ADDED b@51']);
    expect(opened).toEqual(['10', '11', '50', '51']);
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['an event 410', [line('ERROR', { kind: 'Status', code: 410, reason: 'Expired', metadata: {} })]],
    ['an event of another error', [line('ERROR', { kind: 'Status', code: 500 })]],
    ['an answer 410', expired()],
  ])('lists again after %s, and gives what differs', async (_what, stream) => {
    const { seen, opened } = await play(
      [
        list(10, object('kept', 1), object('changed', 2), object('gone', 3)),
        list(20, object('kept', 1), object('changed', 15), object('new', 16)),
      ],
      [stream, [line('MODIFIED', object('kept', 21))]],
    );
    expect(seen).toEqual([
      'ADDED kept@1',
      'ADDED changed@2',
      'ADDED gone@3',
      'SYNCED',
      'MODIFIED changed@15',
      'ADDED new@16',
      'DELETED gone@3',
      'MODIFIED kept@21',
    ]);
    expect(opened).toEqual(['10', '20', '21']);
  });

  it('tells one that was made anew under its name as gone and added, from a list and from a stream', async () => {
    const { seen } = await play(
      [list(10, object('a', 1, 'first')), list(20, object('a', 15, 'second'))],
      [expired(), [line('ADDED', object('a', 21, 'third')), line('MODIFIED', object('a', 22, 'third'))]],
    );
    expect(seen).toEqual(['ADDED a@1', 'SYNCED', 'DELETED a@1', 'ADDED a@15', 'DELETED a@15', 'ADDED a@21', 'MODIFIED a@22']);
  });

  it('gives nothing twice: what comes again is left out', async () => {
    const { seen } = await play(
      [list(10, object('a', 9)), list(12, object('a', 11))],
      [
        [line('ADDED', object('a', 9)), line('MODIFIED', object('a', 11)), line('MODIFIED', object('a', 11)), line('ERROR', { code: 410 })],
        [line('MODIFIED', object('a', 11)), line('DELETED', object('a', 13)), line('DELETED', object('a', 13))],
      ],
    );
    expect(seen).toEqual(['ADDED a@9', 'SYNCED', 'MODIFIED a@11', 'DELETED a@13']);
  });

  it('puts lines together however they are cut, in the middle of a character too', async () => {
    const bytes = Buffer.from(line('ADDED', { ...object('a', 11), note: 'größe — 🚀' }) + line('MODIFIED', object('a', 12)));
    const parts = Array.from({ length: bytes.length }, (_, at) => bytes.subarray(at, at + 1));
    const { seen } = await play([list(10)], [parts]);
    expect(seen).toEqual(['SYNCED', 'ADDED a@11', 'MODIFIED a@12']);
  });

  it('drops half a line at the end of a stream, and asks for it again', async () => {
    const whole = line('ADDED', object('b', 12));
    const { seen, opened } = await play([list(10)], [[line('ADDED', object('a', 11)), whole.slice(0, 30)], [whole]]);
    expect(seen).toEqual(['SYNCED', 'ADDED a@11', 'ADDED b@12']);
    expect(opened).toEqual(['10', '11', '12']);
  });

  it('goes on after a stream that broke, and while the server is away', async () => {
    const { seen, opened, asked } = await play(
      [list(10)],
      [[line('ADDED', object('a', 11)), away()], away(), away(), [line('ADDED', object('b', 12))]],
    );
    expect(seen).toEqual(['SYNCED', 'ADDED a@11', 'ADDED b@12']);
    expect(opened).toEqual(['10', '11', '11', '11', '12']);
    expect(asked).toHaveLength(1);
  });

  it('takes what is no event for a broken stream', async () => {
    for (const garbage of ['<html>', 'null', '{"type":"ADDED"}', '[]']) {
      const { seen, opened } = await play([list(10)], [[`${garbage}\n`], [line('ADDED', object('a', 11))]]);
      expect(seen, garbage).toEqual(['SYNCED', 'ADDED a@11']);
      expect(opened).toEqual(['10', '10', '11']);
    }
  });

  it('lists again when the second list fails once, and loses nothing by it', async () => {
    const { seen } = await play([list(10, object('a', 1)), away(), list(20, object('b', 15))], [expired()]);
    expect(seen).toEqual(['ADDED a@1', 'SYNCED', 'ADDED b@15', 'DELETED a@1']);
  });

  it('begins its list anew when a page of it has expired', async () => {
    const first = { ...list(10, object('a', 1)), metadata: { resourceVersion: '10', continue: 'more' } };
    const { seen, asked } = await play(
      [list(5), first, expired(), list(20, object('a', 1), object('b', 2))],
      [expired(), [line('DELETED', object('a', 21))]],
    );
    expect(seen).toEqual(['SYNCED', 'ADDED a@1', 'ADDED b@2', 'DELETED a@21']);
    expect(asked).toEqual([undefined, undefined, 'more', undefined]);
  });

  it('says at once what keeps its first list from being read', async () => {
    const { seen, failure } = await play([away()], []);
    expect(seen).toEqual([]);
    expect(failure).toMatchObject({ code: 'unavailable' });
  });

  it('ends where trying again does not help', async () => {
    const { failure, seen } = await play([list(10)], [new ToolError('forbidden', 'no longer')]);
    expect(seen).toEqual(['SYNCED']);
    expect(failure).toMatchObject({ code: 'forbidden' });
  });

  it('pauses before it asks a server again that ends every stream at once', async () => {
    const began = performance.now();
    const { opened } = await play([list(10)], [[], [], []]);
    expect(opened).toEqual(['10', '10', '10', '10']);
    // 100, 200 and 400 ms, each at least half of it
    expect(performance.now() - began).toBeGreaterThan(340);
  });

  it('closes its stream when nobody listens any more', async () => {
    let closed = false;
    const body = (async function* () {
      try {
        yield Buffer.from(line('ADDED', object('a', 11)));
        await new Promise(() => undefined);
      } finally {
        closed = true;
      }
    })();
    const source = {
      list: async () => list(10),
      open: async () => ({ status: 200, headers: {}, url: '', body, close: () => undefined }),
    };
    for await (const event of followList(source, { signal: new AbortController().signal })) if (event.type === 'ADDED') break;
    expect(closed).toBe(true);
  });
});
