import type { ServerEnv } from '@deployment-engine/shared/toolkit';
import { Clusters } from './client/clusters.ts';
import type { KubernetesSettings } from './config.ts';
import { Forwards } from './forward/forwards.ts';
import { SecretMarks } from './report/secret-marks.ts';

/** What every tool of this server works with. */
export class Kubernetes {
  readonly config: KubernetesSettings;
  readonly readOnly: boolean;
  readonly clusters: Clusters;
  readonly forwards = new Forwards();
  readonly env: ServerEnv<KubernetesSettings>;
  #marks: Promise<SecretMarks> | undefined;

  constructor(env: ServerEnv<KubernetesSettings>) {
    this.env = env;
    this.config = env.config;
    this.readOnly = env.readOnly;
    this.clusters = new Clusters(env);
  }

  /** What stands in for secret values. */
  marks(): Promise<SecretMarks> {
    return (this.#marks ??= SecretMarks.open(this.env.stateDir, { readOnly: this.readOnly }));
  }

  async close(): Promise<void> {
    await this.forwards.close();
    await this.clusters.close();
  }
}

/** The part of a tool's context that names the backends. */
export interface KubernetesDeps {
  kubernetes: Kubernetes;
}
