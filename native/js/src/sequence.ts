import { binding } from './binding.ts';

/** What the addon exports for this file. */
export interface SequenceAddon {
  CommandPredictor: new (lstm: boolean, seed: number) => NativeCommandPredictor;
}

interface NativeCommandPredictor {
  begin(task: string | undefined, person: string | undefined): void;
  observe(command: string, exitCode: number | undefined, directory: string | undefined): void;
  predict(count: number, directory: string | undefined): string;
  save(): Uint8Array;
  load(bytes: Uint8Array): string | null;
}

export interface PredictorOptions {
  /** A small recurrent network among the experts; default false: it costs more than it gives (native/README.md). */
  readonly lstm?: boolean | undefined;
  /** What the network's first weights are drawn by, a whole number from 0; default 0. */
  readonly seed?: number | undefined;
}

export interface SessionStart {
  /** What the session is for, in words. */
  readonly task?: string | undefined;
  /** Who works, where one predictor learns from several. */
  readonly person?: string | undefined;
}

export interface ObservedCommand {
  /** The line; one of blanks only is passed over. */
  readonly command: string;
  readonly exitCode?: number | undefined;
  /** Where it was run; stays known until the session ends or another is told. */
  readonly directory?: string | undefined;
  /** Another task than the session's begins a session of that task. */
  readonly task?: string | undefined;
}

export interface PredictionContext {
  /** Where the next command will be run, when it is another than the one last told. */
  readonly directory?: string | undefined;
  /** Another task than the session's begins a session of that task. */
  readonly task?: string | undefined;
}

export interface CommandSuggestion {
  /** The first word of the line. */
  readonly name: string;
  /** How likely the name is. Over all suggestions the sum is at most 1; the rest is for names not known. */
  readonly probability: number;
  /** The likeliest whole line of that name, when one is known. */
  readonly line?: string;
  /** How likely the whole line is; 0 when none is known. */
  readonly lineProbability: number;
}

export type PredictorStateCode = 'not_a_state' | 'unknown_version' | 'truncated' | 'damaged' | 'invalid';

/** Why bytes are not a predictor's state. */
export class PredictorStateError extends Error {
  override readonly name = 'PredictorStateError';
  readonly code: PredictorStateCode;

  constructor(code: PredictorStateCode, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Predicts the next command of a shell session and learns from each as it comes.
 *
 * Context models (the last one to six names, skips, template and line, directory, exit code, position, task, person) are
 * mixed by weights that are learned online. Deterministic; memory is bounded at about 10 MiB.
 */
export class CommandPredictor {
  readonly #native: NativeCommandPredictor;
  #session: SessionStart = {};

  constructor({ lstm = false, seed = 0 }: PredictorOptions = {}) {
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff)
      throw new RangeError(`seed: expected a whole number of 32 bits, got ${seed}`);
    this.#native = new (binding().CommandPredictor)(lstm, seed);
  }

  /** A predictor that goes on where the one that exported the bytes was. Throws PredictorStateError when they are no state. */
  static import(bytes: Uint8Array): CommandPredictor {
    const predictor = new CommandPredictor();
    const refusal = predictor.#native.load(bytes);
    if (refusal !== null) {
      const { code, message } = JSON.parse(refusal) as { code: PredictorStateCode; message: string };
      throw new PredictorStateError(code, message);
    }
    return predictor;
  }

  /** A session begins: what came before stays learned, but is no longer what came just before. */
  begin(session: SessionStart = {}): void {
    this.#session = session;
    this.#native.begin(session.task, session.person);
  }

  /** Learns from a command that was run. */
  observe({ command, exitCode, directory, task }: ObservedCommand): void {
    this.#turnTo(task);
    this.#native.observe(command, exitCode, directory);
  }

  /** The likeliest names with their likeliest lines, at most `count`, best first. */
  predict(count: number, { directory, task }: PredictionContext = {}): CommandSuggestion[] {
    if (!Number.isInteger(count) || count < 0 || count > 0xffff_ffff)
      throw new RangeError(`count: expected a whole number, 0 or more, got ${count}`);
    this.#turnTo(task);
    return JSON.parse(this.#native.predict(count, directory)) as CommandSuggestion[];
  }

  /** What was learned, as bytes: versioned, with a checksum. Whoever reads them learns the commands that were observed. */
  export(): Uint8Array {
    return this.#native.save();
  }

  #turnTo(task: string | undefined): void {
    if (task !== undefined && task !== this.#session.task) this.begin({ ...this.#session, task });
  }
}
