import { ToolError } from '@deployment-engine/shared/contracts';

type Step = { key: string } | { index: number } | { every: true } | { where: string[]; equals: string };

const LONGEST = 500;

/**
 * A path as kubectl's custom columns take it, a part of JSONPath: `.spec.containers[*].image`, `metadata.labels['app.kubernetes.io/name']`,
 * `{.status.conditions[?(@.type=="Ready")].status}`.
 */
export class FieldPath {
  readonly text: string;
  readonly #steps: readonly Step[];

  /** @throws ToolError `invalid_input` for what is no such path */
  constructor(text: string) {
    this.text = text;
    this.#steps = parse(text);
  }

  /** The values there; none where the path leads nowhere. */
  read(value: unknown): unknown[] {
    let found: unknown[] = [value];
    for (const step of this.#steps) found = found.flatMap((one) => follow(one, step));
    return found;
  }
}

const own = (value: unknown, key: string): unknown[] =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && Object.hasOwn(value, key)
    ? [(value as Record<string, unknown>)[key]]
    : [];

function follow(value: unknown, step: Step): unknown[] {
  if ('key' in step) return own(value, step.key);
  if ('index' in step) return Array.isArray(value) && step.index < value.length ? [value.at(step.index)] : [];
  const items: unknown[] = Array.isArray(value) ? value : value !== null && typeof value === 'object' ? Object.values(value) : [];
  if ('every' in step) return items;
  return items.filter((item) =>
    step.where.reduce<unknown[]>((at, key) => at.flatMap((one) => own(one, key)), [item]).some((one) => String(one) === step.equals),
  );
}

function parse(text: string): Step[] {
  const refuse = (at: number): never => {
    throw new ToolError('invalid_input', `The field "${text.slice(0, 80)}" is not a path (at character ${at + 1}).`, {
      hint: "Write it like .metadata.name, .spec.containers[*].image or .metadata.labels['app'].",
    });
  };
  if (text.length > LONGEST) refuse(LONGEST);
  let rest = text
    .trim()
    .replace(/^\{(.*)\}$/, '$1')
    .replace(/^\$/, '');
  if (!rest.startsWith('.') && !rest.startsWith('[')) rest = `.${rest}`;
  const steps: Step[] = [];
  let at = 0;
  while (at < rest.length) {
    const here = rest.slice(at);
    const key = /^\.((?:\\.|[^.[\]\\'"*?(){}\s])+)/.exec(here);
    const quoted = /^\[(?:'([^']*)'|"([^"]*)")\]/.exec(here);
    const index = /^\[(-?\d{1,6})\]/.exec(here);
    const every = /^(?:\[\*\]|\.\*)/.exec(here);
    const filter = /^\[\?\(@((?:\.[\w-]+)+)\s*==\s*(?:'([^']*)'|"([^"]*)"|([\w.-]+))\)\]/.exec(here);
    const found = key ?? quoted ?? index ?? every ?? filter;
    if (found === null) return refuse(at);
    if (key) steps.push({ key: (key[1] ?? '').replace(/\\(.)/g, '$1') });
    else if (quoted) steps.push({ key: quoted[1] ?? quoted[2] ?? '' });
    else if (index) steps.push({ index: Number(index[1]) });
    else if (every) steps.push({ every: true });
    else if (filter) steps.push({ where: (filter[1] ?? '').slice(1).split('.'), equals: filter[2] ?? filter[3] ?? filter[4] ?? '' });
    at += found[0].length;
  }
  return steps.length === 0 ? refuse(0) : steps;
}
