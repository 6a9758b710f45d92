const manifest = (namespace: string): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace }, data: { a: '2' } });

/** A call of each changing tool that would go well with the right to do it, and the verb that is missing. */
export const changes = (namespace: string, node = 'worker-1'): Record<string, [args: object, verb: string]> => ({
  nodes_drain: [{ name: node }, 'patch'],
  nodes_manage: [{ name: node, action: 'cordon' }, 'patch'],
  pods_attach: [{ name: 'web', namespace }, 'create|get'],
  pods_cleanup: [{ namespace, older_than: '0s' }, 'delete'],
  pods_debug: [{ name: 'web', namespace, image: 'busybox:1' }, 'patch'],
  pods_evict: [{ name: 'web', namespace }, 'create'],
  pods_exec: [{ name: 'web', namespace, command: ['true'] }, 'create|get'],
  pods_run: [{ image: 'busybox:1', namespace, command: ['true'] }, 'create'],
  resources_apply: [{ manifest: manifest(namespace) }, 'patch'],
  resources_apply_forced: [{ manifest: manifest(namespace) }, 'patch'],
  resources_delete: [{ kind: 'configmaps', name: 'settings', namespace }, 'delete'],
  resources_label: [{ kind: 'configmaps', name: 'settings', namespace, labels: { a: 'b' } }, 'patch'],
  resources_patch: [{ kind: 'configmaps', name: 'settings', namespace, patch: { data: { a: '2' } } }, 'patch'],
  resources_scale: [{ kind: 'deployments', name: 'shop', namespace, replicas: 3 }, 'patch'],
  rollout_manage: [{ kind: 'deployment', name: 'shop', namespace, action: 'restart' }, 'patch'],
});
