export { apiResources } from './api-resources.ts';
export { contextsList } from './contexts-list.ts';
export { namespacesList } from './namespaces-list.ts';
export { resourcesGet } from './resources-get.ts';
export { resourcesList } from './resources-list.ts';
