export { dawidSkene, majority } from './consensus.ts';
export type { Answer, DawidSkeneEstimate, DawidSkeneOptions, Vote, WorkerEstimate } from './consensus.ts';
export { editEnvelope, readSpan, scanEnvelope } from './envelope.ts';
export type { Envelope, EnvelopeEdits, Span } from './envelope.ts';
export { guardText } from './guard.ts';
export type { Finding, Guarded } from './guard.ts';
export { ToolIndex } from './tool-index.ts';
export type { CatalogueParameter, CatalogueTool, ToolHit } from './tool-index.ts';
