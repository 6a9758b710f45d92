/** Set by the hub for a child of its own: the key with which its decisions are signed. */
export const DECISION_KEY_ENV = 'DEPLOYMENT_ENGINE_DECISION_KEY';

/** Set by the hub for a child of its own: the server's settings, as JSON. */
export const SECTION_ENV = 'DEPLOYMENT_ENGINE_SECTION';
