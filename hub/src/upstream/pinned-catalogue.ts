import { ToolError } from '@deployment-engine/shared/contracts';
import { guardValue } from '@deployment-engine/shared/platform';
import { canonical, type ListedPrompt, type ListedTemplate, type ListedTool } from '@deployment-engine/shared/toolkit';
import { isHeld, type Pin, type PinDocument, type Pins } from '../guard/pins.ts';
import type { Catalogue } from './upstream.ts';

/** A tool's name as MCP (2025-11-25) wants it. */
const NAME = /^[\w./-]{1,128}$/;

/** How soon an approval that a person gives in another process counts here. */
const APPROVALS_MS = 1_000;

/** What a stranger's server offers, as far as its pins let it be seen. */
export class PinnedCatalogue {
  readonly #slug: string;
  readonly #pins: Pins;
  readonly #approved: () => void;
  #document: PinDocument | undefined;
  #shown: Catalogue | undefined;
  #stored: Promise<void> | undefined;
  #readAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** `approved` is told when a person has changed the pins in another process. */
  constructor(slug: string, pins: Pins, approved: () => void) {
    this.#slug = slug;
    this.#pins = pins;
    this.#approved = approved;
  }

  /** The last known catalogue without what is held back; undefined if the server has never been seen. */
  get shown(): Catalogue | undefined {
    return this.#shown;
  }

  /** What has been seen before is listed at once, without starting the server. */
  readStored(): Promise<void> {
    this.#stored ??= this.#pins.load().then((document) => {
      if (document && !this.#shown) this.#show(document);
    });
    return this.#stored;
  }

  async reconcile(fresh: Catalogue): Promise<void> {
    this.#show(await this.#pins.reconcile(fresh));
  }

  find(kind: Pin['kind'], name: string): Pin | undefined {
    return this.#document?.pins.find((pin) => pin.kind === kind && pin.name === name);
  }

  isApproved(kind: Pin['kind'], name: string): boolean {
    const pin = this.find(kind, name);
    return pin?.state === 'approved' && !pin.pending;
  }

  /** Throws `forbidden` for a definition that has changed since it was trusted, or that reads like an attack. */
  refuseHeldBack(kind: Pin['kind'], name: string): void {
    const pin = this.find(kind, name);
    if (!pin || !isHeld(pin)) return;
    const message = pin.pending
      ? `${this.#slug} has changed the definition of ${name} since it was trusted; it is held back.`
      : `The definition of ${name} by ${this.#slug} reads like an attack on the model; it is held back.`;
    throw new ToolError('forbidden', message, {
      hint: `A person can look at it with "deployment-engine pins diff ${this.#slug}" and accept it with "deployment-engine pins approve ${this.#slug}".`,
    });
  }

  /** Reads the pins again, if that was not just done. */
  async heedApprovals(): Promise<void> {
    if (Date.now() - this.#readAt < APPROVALS_MS) return this.#awaitApproval();
    const before = this.#document;
    const document = await this.#pins.load();
    this.#readAt = Date.now();
    if (!document || before !== this.#document || canonical(document) === canonical(before ?? null)) return this.#awaitApproval();
    this.#show(document);
    this.#approved();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** While something is held back, clients wait to be told that it is there again. */
  #awaitApproval(): void {
    clearTimeout(this.#timer);
    if (this.#closed || !this.#document?.pins.some(isHeld)) return;
    this.#timer = setTimeout(() => void this.heedApprovals().catch(() => undefined), APPROVALS_MS);
    this.#timer.unref();
  }

  #show(document: PinDocument): void {
    this.#document = document;
    this.#readAt = Date.now();
    this.#awaitApproval();
    // what is pinned is what the server said; what is shown is cleaned of what a person could not see
    const shown = (kind: Pin['kind']): unknown[] =>
      guardValue(
        document.pins.filter((pin) => pin.kind === kind && !isHeld(pin) && !pin.gone && isNamed(pin)).map(({ definition }) => definition),
      );
    const [instructions] = shown('instructions') as string[];
    this.#shown = {
      ...document.extras,
      tools: shown('tool') as ListedTool[],
      prompts: shown('prompt') as ListedPrompt[],
      templates: shown('template') as ListedTemplate[],
      ...(instructions === undefined ? {} : { instructions }),
    };
  }
}

/** A tool of another name would break a client's whole list, read as more than a name, or look like another once it is cleaned. */
function isNamed({ kind, name }: Pin): boolean {
  return kind !== 'tool' || NAME.test(name);
}
