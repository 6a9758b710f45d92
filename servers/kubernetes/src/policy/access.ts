import { ToolError } from '@deployment-engine/shared/contracts';
import { digest, type Plan, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { resourceName, type Kind } from '../client/discovery.ts';
import type { KubernetesSettings, Rule } from '../config.ts';

/** What a request is about to do, in the words of RBAC. */
export interface Deed {
  /** get, list, watch, logs; create, apply, patch, scale, delete, evict, exec, attach, port-forward, … */
  verb: string;
  kind: Pick<Kind, 'group' | 'resource' | 'namespaced'>;
  namespace?: string | undefined;
  name?: string | undefined;
}

/** What asking a person needs of a call: its questions, and the plan that the person has agreed to already. */
type Asking = Pick<ToolContext, 'ask' | 'consented'>;

/** A plan with everything that it would do, as rules see it. */
export interface RuledPlan extends Plan {
  deeds: readonly Deed[];
}

/** How many of the deeds that rules want confirmed are named in a question. */
const NAMED = 5;

/** `diff` asks the API server what a change would come to, and changes nothing. */
const READS = new Set(['get', 'list', 'watch', 'logs', 'diff']);

/** `*` stands for any letters, everything else for itself. */
export function fits(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  if (parts.length === 1) return pattern === text;
  const [first = '', ...rest] = parts;
  const last = rest.pop() ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of rest) {
    const next = text.indexOf(part, at);
    if (next === -1) return false;
    at = next + part.length;
  }
  return at <= text.length - last.length;
}

const anyFits = (patterns: readonly string[], text: string): boolean => patterns.some((pattern) => fits(pattern, text));

/** What the operator lets this server touch. It narrows what the cluster's own RBAC grants, and never widens it. */
export class Access {
  readonly #settings: Pick<KubernetesSettings, 'namespaces' | 'kinds' | 'rules' | 'readOnlyContexts'>;
  readonly context: string;

  constructor(context: string, settings: Pick<KubernetesSettings, 'namespaces' | 'kinds' | 'rules' | 'readOnlyContexts'>) {
    this.context = context;
    this.#settings = settings;
  }

  /** Whether objects of this namespace may be seen. */
  mayTouch(namespace: string): boolean {
    const { allow, deny } = this.#settings.namespaces;
    return !anyFits(deny, namespace) && (allow.length === 0 || anyFits(allow, namespace));
  }

  /**
   * Lets a request pass.
   *
   * @throws ToolError `forbidden`, or `read_only` for a change in a context that is only read
   */
  demand(deed: Deed): void {
    const what = resourceName(deed.kind);
    const { readOnlyContexts, kinds, namespaces } = this.#settings;
    if (!READS.has(deed.verb) && readOnlyContexts.includes(this.context))
      throw new ToolError('read_only', `The context "${this.context}" is read only.`, {
        hint: 'The operator can change readOnlyContexts.',
      });
    if (anyFits(kinds.deny, what) || anyFits(kinds.deny, deed.kind.resource))
      throw new ToolError('forbidden', `The operator keeps ${what} from this server.`, { hint: 'The setting is kinds.deny.' });
    const space = deed.kind.namespaced
      ? deed.namespace
      : deed.kind.resource === 'namespaces' && deed.kind.group === ''
        ? deed.name
        : undefined;
    if (space !== undefined && !this.mayTouch(space))
      throw new ToolError('forbidden', `The operator keeps the namespace "${space}" from this server.`, {
        hint: 'The setting is namespaces.',
      });
    if (
      deed.kind.namespaced &&
      deed.namespace === undefined &&
      (namespaces.allow.length > 0 || namespaces.deny.some((one) => one.includes('*')))
    )
      throw new ToolError('forbidden', 'The operator allows single namespaces only, not all at once.', {
        hint: namespaces.allow.length > 0 ? `Name one of: ${namespaces.allow.slice(0, 20).join(', ')}.` : 'Name a namespace.',
      });
    if (this.#ruleFor(deed)?.decide === 'deny')
      throw new ToolError(
        'forbidden',
        `A rule of the operator denies to ${deed.verb} ${what}${deed.name === undefined ? '' : ` "${deed.name}"`} here.`,
        {
          hint: 'The setting is rules.',
        },
      );
  }

  /** Namespaces to leave out where all are asked for. */
  get hiddenNamespaces(): readonly string[] {
    return this.#settings.namespaces.deny.filter((one) => !one.includes('*'));
  }

  /** Whether a rule wants a person to confirm this, who has not agreed to a plan with it in it. */
  asks(deed: Deed, { consented }: Pick<Asking, 'consented'>): boolean {
    return this.#ruleFor(deed)?.decide === 'confirm' && consented?.covers?.includes(keyOf(deed)) !== true;
  }

  /**
   * The plan as a person is to see it: it says what rules want confirmed, so that one answer to it is enough.
   *
   * @throws ToolError `forbidden` for what is denied, or where a rule wants a person and nobody can be asked
   */
  planned({ deeds, ...plan }: RuledPlan, { ask }: Asking): Plan {
    for (const deed of deeds) this.demand(deed);
    const asked = deeds.filter((deed) => this.asks(deed, {}));
    if (asked.length === 0) return plan;
    demandPerson(ask);
    const more = asked.length > NAMED ? ` and ${asked.length - NAMED} more` : '';
    const why = `A rule of the operator wants a person to confirm this: ${asked.slice(0, NAMED).map(said).join(', ')}${more}.`;
    return { ...plan, summary: `${plan.summary} ${why}`, covers: asked.map(keyOf) };
  }

  /**
   * Asks a person where a rule says so, unless the plan that the person has agreed to says it already. Before anything is changed: the
   * call runs again from its start with the answer.
   *
   * @throws ToolError `forbidden` where nobody can be asked, `cancelled` when the person declines
   */
  consent(deed: Deed, summary: string, context: Asking): void {
    this.consentAll([deed], summary, context);
  }

  /** One question for several deeds, where a rule wants it for one of them; first each of them must pass. */
  consentAll(deeds: readonly Deed[], summary: string, context: Asking): void {
    for (const deed of deeds) this.demand(deed);
    const asked = deeds.filter((deed) => this.asks(deed, context));
    if (asked.length > 0) this.#confirm(asked, summary, context);
  }

  /** Asks a person whatever the rules say; otherwise like {@link consent}. */
  confirm(deed: Deed, summary: string, context: Pick<Asking, 'ask'>): void {
    this.demand(deed);
    this.#confirm([deed], summary, context);
  }

  #confirm(deeds: readonly Deed[], summary: string, { ask }: Pick<Asking, 'ask'>): void {
    demandPerson(ask);
    // an answer is good for exactly the deeds that were asked about
    const named = deeds.map(keyOf);
    const key = named.length === 1 ? `kubernetes/${named[0]}` : `kubernetes/${digest(named.toSorted())}`;
    const answer = ask.elicit(key, {
      message: `${summary}\nContext: ${this.context}`,
      schema: z.object({ confirm: z.boolean().describe('Carry this out') }),
    });
    if (answer.action !== 'accept' || !answer.content.confirm)
      throw new ToolError('cancelled', 'The person did not confirm this; nothing has been done.');
  }

  #ruleFor(deed: Deed): Rule | undefined {
    const list = (wanted: readonly string[] | undefined, ...texts: string[]) =>
      wanted === undefined || texts.some((text) => anyFits(wanted, text));
    return this.#settings.rules.find(
      (rule) =>
        list(rule.verbs, deed.verb) &&
        list(rule.kinds, resourceName(deed.kind), deed.kind.resource) &&
        list(rule.namespaces, deed.namespace ?? '') &&
        list(rule.names, deed.name ?? '') &&
        list(rule.contexts, this.context),
    );
  }
}

/** A deed in one word, which no other has: no part of it can hold a slash. */
const keyOf = ({ verb, kind, namespace = '', name = '' }: Deed): string => [verb, resourceName(kind), namespace, name].join('/');

const said = ({ verb, kind, namespace, name }: Deed): string =>
  [verb, resourceName(kind), name && `"${name}"`, namespace && `in ${namespace}`].filter(Boolean).join(' ');

function demandPerson({ can }: Asking['ask']): void {
  if (can.elicitation) return;
  throw new ToolError('forbidden', 'A person must confirm this, and nobody can be asked here.', {
    hint: 'Use a client that supports elicitation.',
  });
}
