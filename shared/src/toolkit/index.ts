export * from './ask.ts';
export * from './context.ts';
export * from './define-prompt.ts';
export * from './define-resource.ts';
export * from './define-server.ts';
export * from './define-tool.ts';
