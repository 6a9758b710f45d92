import { binding } from './binding.ts';

/** What the addon exports for this file. */
export interface PoisoningAddon {
  scoreDefinitions(definitions: readonly string[], others?: string): string;
}

/** The families of evidence; `SignalKind` in the crate says what each is. */
export type PoisoningKind =
  | 'instruction'
  | 'cross_tool'
  | 'concealment'
  | 'exfiltration'
  | 'override'
  | 'fake_frame'
  | 'hidden_text'
  | 'encoded'
  | 'odd_parameter'
  | 'ranking'
  | 'coercion'
  | 'hostile_purpose'
  | 'hint_mismatch'
  | 'shadowing';

/** A tool definition as a server lists it. What else it holds is looked at too. */
export interface ScoredDefinition {
  /** The operator's name for the server; it is compared, not judged. */
  readonly server?: string | undefined;
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly inputSchema?: unknown;
  readonly outputSchema?: unknown;
  readonly annotations?: unknown;
}

/** A piece of evidence. It never quotes the text. */
export interface PoisoningSignal {
  readonly kind: PoisoningKind;
  /** Which signal of its family, such as `not_tell`. */
  readonly id: string;
  /** The JSON pointer of the text it is in; for a key, of the value under it. */
  readonly where: string;
  /** Half-open range in that text, as `slice` takes it. */
  readonly span: readonly [start: number, end: number];
  /** Why, in words. */
  readonly reason: string;
}

export interface PoisoningVerdict {
  /** A score of at least 0.5 from at least two different signals: one word or phrase alone never flags. */
  readonly flagged: boolean;
  /** How likely it is poisoned, 0 to 1. */
  readonly score: number;
  /** In the order found, each signal once. */
  readonly signals: readonly PoisoningSignal[];
}

export interface ScoringOptions {
  /**
   * The tools of the catalogue. With them names are held against those of other servers (alike, look-alike, one letter
   * off, a "new version"), and a description that names another server's tool is told from one that names its own.
   */
  readonly others?: readonly { readonly server: string; readonly name: string }[] | undefined;
}

/** Scores tool definitions, each on its own but for the names; the verdicts are in their order. Linear time. */
export function scoreDefinitions(definitions: readonly ScoredDefinition[], { others }: ScoringOptions = {}): PoisoningVerdict[] {
  const names = others === undefined ? undefined : JSON.stringify(others.map(({ server, name }) => ({ server, name })));
  const texts = definitions.map((definition) => JSON.stringify(definition));
  return JSON.parse(binding().scoreDefinitions(texts, names)) as PoisoningVerdict[];
}

/** Scores one tool definition. */
export function scoreDefinition(definition: ScoredDefinition, options: ScoringOptions = {}): PoisoningVerdict {
  const [verdict] = scoreDefinitions([definition], options);
  if (verdict === undefined) throw new Error('no verdict for a definition');
  return verdict;
}
