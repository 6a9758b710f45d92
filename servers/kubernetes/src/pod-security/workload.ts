import { isSecretVariable, guardValue } from '@deployment-engine/shared/platform';
import { containersOf, type Container, type Template } from '../client/pod-spec.ts';
import type { Severity } from '../report/findings.ts';
import type { SecretMarks } from '../report/secret-marks.ts';
import type { Breach } from './standards.ts';

/** What is looked for in a template beyond the Pod Security Standards. */
export interface Practice {
  rule: string;
  severity: Severity;
  advice: string;
  breaches(template: Template, marks: SecretMarks): Breach[];
}

const each = (template: Template, look: (container: Container) => { field: string; evidence: string }[]): Breach[] =>
  containersOf(template).flatMap(({ container, path }) =>
    look(container).map(({ field, evidence }) => ({ path: `${path}.${field}`, evidence: `${container.name}: ${evidence}` })),
  );

/** The tag of an image reference; `latest` where it has none, undefined where a digest fixes it. */
export function tagOf(image: string): string | undefined {
  if (image.includes('@sha256:')) return undefined;
  const last = image.slice(image.lastIndexOf('/') + 1);
  const colon = last.indexOf(':');
  return colon === -1 ? 'latest' : last.slice(colon + 1);
}

export const PRACTICES: readonly Practice[] = [
  {
    rule: 'secret-in-manifest',
    severity: 'high',
    advice: 'Move the value into a Secret and change it: whoever may read the workload has seen it.',
    breaches: (template, marks) =>
      each(template, ({ env = [] }) =>
        env.flatMap(({ name, value }, index) =>
          value && (isSecretVariable(name) || guardValue(value) !== value)
            ? [{ field: `env[${index}].value`, evidence: `${name}=${marks.mark(value)}` }]
            : [],
        ),
      ),
  },
  {
    rule: 'secret-in-environment',
    severity: 'low',
    advice: 'Mount the Secret as a file: the environment is inherited, dumped and logged.',
    breaches: (template) =>
      each(template, ({ env = [], envFrom = [] }) => [
        ...env.flatMap(({ name, valueFrom }, index) =>
          valueFrom?.secretKeyRef
            ? [{ field: `env[${index}].valueFrom.secretKeyRef`, evidence: `${name} from ${valueFrom.secretKeyRef.name ?? ''}` }]
            : [],
        ),
        ...envFrom.flatMap(({ secretRef }, index) =>
          secretRef ? [{ field: `envFrom[${index}].secretRef`, evidence: `all of ${secretRef.name ?? ''}` }] : [],
        ),
      ]),
  },
  {
    rule: 'image-latest',
    severity: 'medium',
    advice: 'Name a version: what latest is changes without a change of the workload.',
    breaches: (template) =>
      each(template, ({ image = '' }) => (image !== '' && tagOf(image) === 'latest' ? [{ field: 'image', evidence: image }] : [])),
  },
  {
    rule: 'image-without-digest',
    severity: 'low',
    advice: 'Name the digest too: a tag can be moved to another image.',
    breaches: (template) =>
      each(template, ({ image = '' }) =>
        image !== '' && tagOf(image) !== undefined && tagOf(image) !== 'latest' ? [{ field: 'image', evidence: image }] : [],
      ),
  },
];
