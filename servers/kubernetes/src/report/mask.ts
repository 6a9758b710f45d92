import { guardValue, isSecretVariable, maskArgs, maskText } from '@deployment-engine/shared/platform';
import type { KubeObject } from '../client/wire.ts';
import type { SecretMarks } from './secret-marks.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

type Json = unknown;
type Fields = Record<string, Json>;

const isFields = (value: Json): value is Fields => value !== null && typeof value === 'object' && !Array.isArray(value);

export interface MaskOptions {
  marks: SecretMarks;
  /** The context it was read in, for the memory of Secret values. */
  context: string;
}

/**
 * An object as it may leave: without bookkeeping (managedFields, the copy of what was last applied), and with every typed place of a secret
 * masked: data of Secrets, settings that are named like a password, values of environment variables whose name or form says secret, arguments such as `--password=…`, annotations
 * that hold an applied Secret, tokens of token requests.
 */
export function presentable<T extends KubeObject>(object: T, { marks, context }: MaskOptions): T {
  if (object.kind === 'Secret') marks.remember(context, object.metadata.namespace ?? '', secretValues(object));
  return cleaned(object, marks) as T;
}

function secretValues(secret: KubeObject): (string | Buffer)[] {
  const data = isFields(secret['data']) ? Object.values(secret['data']) : [];
  const plain = isFields(secret['stringData']) ? Object.values(secret['stringData']) : [];
  return [...data.map((one) => Buffer.from(String(one), 'base64')), ...plain.map(String)];
}

function cleaned(value: Json, marks: SecretMarks, depth = 0, ofToken = false): Json {
  // the API server itself nests no deeper
  if (depth > 200) return '[too deep]';
  if (Array.isArray(value)) return value.map((one) => cleaned(one, marks, depth + 1, ofToken));
  if (!isFields(value)) return value;
  const isSecret = value['kind'] === 'Secret' && (value['apiVersion'] === 'v1' || value['apiVersion'] === undefined);
  // the token lies in the specification of the one and in the status of the other
  const isToken = ofToken || value['kind'] === 'TokenRequest' || value['kind'] === 'TokenReview';
  const out: Fields = {};
  for (const [name, one] of Object.entries(value)) {
    if (name === 'managedFields') continue;
    if (isSecret && (name === 'data' || name === 'stringData') && isFields(one)) out[name] = maskedData(one, name === 'data', marks);
    else if (value['kind'] === 'ConfigMap' && name === 'data' && isFields(one)) out[name] = maskedSettings(one, marks);
    else if (name === 'metadata' && isFields(one))
      out[name] = cleaned(isSecret ? { ...one, annotations: withoutCopies(one['annotations']) } : one, marks, depth + 1);
    else if (name === 'annotations' && isFields(one)) out[name] = maskedAnnotations(one, marks);
    else if (name === 'env' && Array.isArray(one)) out[name] = one.map((entry) => maskedEnv(entry, marks));
    else if ((name === 'args' || name === 'command') && isTexts(one)) out[name] = maskArgs(one);
    else if (isToken && name === 'token' && typeof one === 'string') out[name] = marks.mark(one);
    else if (name === 'caBundle' && typeof one === 'string' && one.length > 200) out[name] = `[certificate, ${one.length} characters]`;
    else out[name] = cleaned(one, marks, depth + 1, isToken);
  }
  if (isFields(out['annotations']) && Object.keys(out['annotations']).length === 0) delete out['annotations'];
  return out;
}

const isTexts = (value: Json): value is string[] => Array.isArray(value) && value.every((one) => typeof one === 'string');

function maskedData(data: Fields, encoded: boolean, marks: SecretMarks): Fields {
  return Object.fromEntries(
    Object.entries(data).map(([key, one]) => {
      const bytes = Buffer.from(String(one), encoded ? 'base64' : 'utf8');
      return [key, `${marks.mark(bytes)} (${bytes.length} bytes)`];
    }),
  );
}

/** Passwords that somebody put where they do not belong: keys that say so, and addresses with a password. */
function maskedSettings(data: Fields, marks: SecretMarks): Fields {
  return Object.fromEntries(
    Object.entries(data).map(([key, one]) => {
      const text = String(one);
      return [key, isSecretVariable(key) && text !== '' ? marks.mark(text) : maskText(text)];
    }),
  );
}

/** Deployment programs keep what they last applied in an annotation, some packed (kapp, Rancher, Banzai): on a Secret that is its data. */
function withoutCopies(annotations: Json): Json {
  if (!isFields(annotations)) return annotations;
  return Object.fromEntries(
    Object.entries(annotations).map(([name, one]) => [
      name,
      /appl|original/i.test(name) && name !== LAST_APPLIED ? '[left out: may hold the Secret]' : one,
    ]),
  );
}

function maskedAnnotations(annotations: Fields, marks: SecretMarks): Fields {
  return Object.fromEntries(
    Object.entries(annotations)
      .filter(([name]) => name !== LAST_APPLIED)
      .map(([name, one]) => {
        const text = String(one);
        if (isSecretVariable(name)) return [name, marks.mark(text)];
        const holdsSecret = /"kind"\s*:\s*"Secret"|kind:\s*Secret\b/.test(text);
        return [name, holdsSecret ? `${marks.mark(text)} (an applied Secret)` : maskText(text)];
      }),
  );
}

function maskedEnv(entry: Json, marks: SecretMarks): Json {
  if (!isFields(entry) || typeof entry['value'] !== 'string') return entry;
  const { name, value } = entry as { name?: unknown; value: string };
  if (value === '') return entry;
  if (isSecretVariable(String(name)) || guardValue(value) !== value) return { ...entry, value: marks.mark(value) };
  return { ...entry, value: maskText(value) };
}
