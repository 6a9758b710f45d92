export * from './body.ts';
export * from './drained.ts';
export { isLoopbackHost, listen, type IncomingMessage, type Listener, type ListenOptions, type ServerResponse } from './listen.ts';
export * from './loopback.ts';
export * from './web.ts';
