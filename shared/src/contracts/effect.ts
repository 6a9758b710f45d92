/** What a call does to the world, weakest first. */
export type Effect = 'read' | 'write' | 'destroy';

const RANK: Record<Effect, number> = { read: 0, write: 1, destroy: 2 };

/** The stronger of two effects. */
export function strongest(a: Effect, b: Effect): Effect {
  return RANK[a] >= RANK[b] ? a : b;
}

/** MCP tool annotations (specification, `ToolAnnotations`); all four are required of our own tools. */
export interface ToolHints {
  readOnlyHint: boolean;
  destructiveHint: boolean;
  idempotentHint: boolean;
  openWorldHint: boolean;
}

/** The effect that a tool's own hints declare. */
export function effectOf(hints: Pick<ToolHints, 'readOnlyHint' | 'destructiveHint'>): Effect {
  if (hints.readOnlyHint) return 'read';
  return hints.destructiveHint ? 'destroy' : 'write';
}
