export { apiResources } from './api-resources.ts';
export { contextsList } from './contexts-list.ts';
export { namespacesList } from './namespaces-list.ts';
export { podsExec } from './pods-exec.ts';
export { podsLog } from './pods-log.ts';
export { resourcesGet } from './resources-get.ts';
export { resourcesList } from './resources-list.ts';
