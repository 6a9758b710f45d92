// Finding id and name in a message, against parsing all of it.
import { strict as assert } from 'node:assert';
import { readSpan, scanEnvelope, type Span } from '@deployment-engine/native';
import type { Comparison } from '../native.ts';

interface Message {
  id: number;
  params: { name: string };
}

export function comparisons(): Comparison[] {
  return [300, 4_096, 65_536].map((size) => {
    const text = 'Nothing "new".\n'.repeat(size / 16);
    const message = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'a__b', arguments: { text } } };
    const bytes = Buffer.from(JSON.stringify(message));
    const read = (span: Span | undefined) => (span === undefined ? undefined : readSpan(bytes, span));
    return {
      name: `envelope_${size}`,
      native: () => {
        const envelope = scanEnvelope(bytes);
        return [read(envelope?.id), read(envelope?.name)];
      },
      plain: () => {
        const { id, params } = JSON.parse(bytes.toString()) as Message;
        return [id, params.name];
      },
      same: (native, plain) => assert.deepEqual(native, plain),
    };
  });
}
