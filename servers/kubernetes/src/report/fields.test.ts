import { ToolError } from '@deployment-engine/shared/contracts';
import { describe, expect, it } from 'vitest';
import { processorMs } from '../testing/processor-time.ts';
import { FieldPath } from './fields.ts';

const POD = {
  metadata: { name: 'web', labels: { app: 'web', 'app.kubernetes.io/name': 'shop', "example.com/a'b": 'quoted' } },
  spec: {
    containers: [
      { name: 'web', image: 'web:1', ports: [{ containerPort: 80 }, { containerPort: 443 }] },
      { name: 'log', image: 'log:2' },
    ],
    replicas: 0,
    paused: false,
    nothing: null,
  },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Initialized', status: 'False' },
    ],
  },
};

describe('a field path', () => {
  it.each<[string, unknown[]]>([
    ['.metadata.name', ['web']],
    ['metadata.name', ['web']],
    ['{.metadata.name}', ['web']],
    ['$.metadata.name', ['web']],
    ['{$.metadata.name}', ['web']],
    ['.spec.containers[*].image', ['web:1', 'log:2']],
    ['.spec.containers.*.name', ['web', 'log']],
    ['.spec.containers[*].ports[*].containerPort', [80, 443]],
    ['.spec.containers[0].image', ['web:1']],
    ['.spec.containers[-1].image', ['log:2']],
    ['.spec.containers[5].image', []],
    ['.spec.containers[-3].image', []],
    [".metadata.labels['app.kubernetes.io/name']", ['shop']],
    ['.metadata.labels["app.kubernetes.io/name"]', ['shop']],
    ['.metadata.labels.app\\.kubernetes\\.io/name', ['shop']],
    ['.metadata.labels["example.com/a\'b"]', ['quoted']],
    ['.metadata.labels[*]', ['web', 'shop', 'quoted']],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    ["{.status.conditions[?(@.type == 'Ready')].status}", ['True']],
    ['.status.conditions[?(@.type==Ready)].status', ['True']],
    ['.status.conditions[?(@.type=="None")].status', []],
    ['.spec.replicas', [0]],
    ['.spec.paused', [false]],
    ['.spec.nothing', [null]],
    ['.spec.absent.deeper', []],
    ['.metadata.name.length', []],
    ['.spec.containers.length', []],
    ['.constructor', []],
    ['.__proto__', []],
    ['.metadata.toString', []],
  ])('%s', (path, values) => {
    expect(new FieldPath(path).read(POD)).toEqual(values);
  });

  it.each([
    '',
    '.',
    '..',
    '.a..b',
    '.a[',
    '.a[b]',
    '.a[?(@.b>1)]',
    '.a[?(@.b=="x"]',
    '.a b',
    '.a(b)',
    '{.a',
    '.a}',
    '.a[1:2]',
    "a['b]",
    `.${'a'.repeat(600)}`,
  ])('refuses %s', (path) => {
    const refused = (): unknown => {
      try {
        return new FieldPath(path);
      } catch (error) {
        return error;
      }
    };
    expect(refused()).toBeInstanceOf(ToolError);
    expect(refused()).toMatchObject({ code: 'invalid_input' });
    expect((refused() as ToolError).message.length).toBeLessThan(200);
  });

  it('takes no longer than it is long', () => {
    const took = processorMs(() => {
      for (const path of [`.${'a.'.repeat(249)}a`, '[?(@'.repeat(120), "['".repeat(240), '\\'.repeat(499)]) {
        try {
          new FieldPath(path).read(POD);
        } catch (error) {
          expect(error).toBeInstanceOf(ToolError);
        }
      }
    });
    expect(took).toBeLessThan(200);
  });
});
