/** From source the code may be newer than what has been committed of it: then nothing is answered from that. */
export const isBuilt = !import.meta.url.endsWith('.ts');
