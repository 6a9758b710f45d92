import { afterEach, describe, expect, it, vi } from 'vitest';
import { OWNER } from '@deployment-engine/shared/contracts';
import { ResultBody } from '@deployment-engine/shared/toolkit';
import { callerFor } from '../testing/machine.ts';
import { LargeResults } from './large-results.ts';

const ada = callerFor({ principal: { ...OWNER, id: 'user:ada' } });
const body = (bytes: number, more: object = {}): ResultBody =>
  ResultBody.of({ content: [{ type: 'text', text: 'ä'.repeat(bytes / 2) }], ...more });
const uriIn = (fitted: ResultBody): string => {
  const link = fitted.result.content.find(({ type }) => type === 'resource_link') as { uri: string };
  return link.uri;
};
const own = (uri: string): string => uri.slice('hub+'.length);

afterEach(() => {
  vi.useRealTimers();
});

describe('results that are too large', () => {
  it('leave as they are when they are not', () => {
    const small = body(100);
    expect(new LargeResults(1_000).fit(small, ada)).toBe(small);
  });

  it('leave by their beginning, and can be read whole', () => {
    const results = new LargeResults(1_000);
    const large = body(100_000, { structuredContent: { n: 1 } });
    const fitted = results.fit(large, ada);
    expect(fitted.bytes.length).toBeLessThan(40_000);
    expect(fitted.result.content[0]).toMatchObject({ text: expect.stringContaining(String(large.bytes.length)) });
    expect(results.read(own(uriIn(fitted)), ada)).toEqual([
      { uri: uriIn(fitted), mimeType: 'application/json', text: large.bytes.toString() },
    ]);
  });

  it('stay failures', () => {
    const results = new LargeResults(10);
    expect(results.fit(body(100, { isError: true }), ada).isError).toBe(true);
    expect(results.fit(body(100), ada).isError).toBe(false);
  });

  it('are nobody else’s', () => {
    const results = new LargeResults(10);
    const uri = own(uriIn(results.fit(body(100), ada)));
    expect(() => results.read(uri, callerFor())).toThrow('no such result');
    expect(() => results.read('result://made-up', ada)).toThrow('no such result');
    expect(results.read(uri, ada)).toHaveLength(1);
  });

  it('are kept for fifteen minutes', () => {
    vi.useFakeTimers();
    const results = new LargeResults(10);
    const uri = own(uriIn(results.fit(body(100), ada)));
    vi.advanceTimersByTime(15 * 60_000);
    expect(results.read(uri, ada)).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(() => results.read(uri, ada)).toThrow('15 minutes');
  });

  it('are held up to 128 MiB, the youngest', () => {
    const results = new LargeResults(10);
    const raw = (): ResultBody => ResultBody.raw(Buffer.alloc(30 * 1024 * 1024, 0x20));
    const uris = Array.from({ length: 6 }, () => own(uriIn(results.fit(raw(), ada))));
    const readable = uris.map((uri) => {
      try {
        return results.read(uri, ada).length;
      } catch {
        return 0;
      }
    });
    expect(readable).toEqual([0, 0, 1, 1, 1, 1]);
  });
});
