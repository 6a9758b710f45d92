import type { Draft } from './fixture.ts';

export interface DeploymentOptions {
  namespace?: string;
  /** 1 unless it is given. */
  replicas?: number;
  /** Of the pods and of the selector. */
  labels?: Record<string, string>;
  /** Of the pods: kwok reads their fate there. */
  annotations?: Record<string, string>;
  /** Fields of its only container. */
  container?: object;
  /** Fields of the pods' spec. */
  pod?: object;
  /** Fields of its own spec. */
  spec?: object;
}

/** A Deployment with one container, `main`, whose pods are labelled with its name. */
export function deploymentBody(name: string, options: DeploymentOptions = {}): Draft {
  const { namespace, replicas = 1, labels = { app: name }, annotations, container, pod, spec } = options;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, ...(annotations === undefined ? {} : { annotations }) },
        spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'registry.test/app:1', ...container }], ...pod },
      },
      ...spec,
    },
  };
}
