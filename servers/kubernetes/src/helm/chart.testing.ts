import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What the test chart says besides its usual parts, by path. */
export type Files = Readonly<Record<string, string>>;

export const CHART_PASSWORD = 'correct-horse-battery';

const CHART: Files = {
  'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.2.3\nappVersion: "9.1"\n',
  'values.yaml': `replicas: 1
greeting: hello
database:
  host: db.example
  password: ${CHART_PASSWORD}
extra: false
`,
  'templates/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
spec:
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { app: {{ .Release.Name }} } }
  template:
    metadata: { labels: { app: {{ .Release.Name }} } }
    spec:
      containers:
        - name: web
          image: nginx:1.29
          env:
            - { name: DB_PASSWORD, value: {{ .Values.database.password | quote }} }
            - { name: GREETING, value: {{ .Values.greeting | quote }} }
`,
  'templates/secret.yaml': `apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}-database
stringData:
  password: {{ .Values.database.password | quote }}
`,
  'templates/config.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-config
data:
  greeting: {{ .Values.greeting | quote }}
  url: "host={{ .Values.database.host }} with {{ .Values.database.password }}"
`,
  'templates/extra.yaml': `{{- if .Values.extra }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-extra
data: { more: "yes" }
{{- end }}
`,
  'templates/NOTES.txt': 'Sign in with {{ .Values.database.password }} at {{ .Values.database.host }}.\n',
  'templates/tests/ping.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}-ping
  annotations:
    helm.sh/hook: test
    helm.sh/hook-delete-policy: before-hook-creation
    test.deployment-engine/fate: {{ .Values.fate | default "complete" }}
spec:
  restartPolicy: Never
  containers: [{ name: ping, image: "busybox:1" }]
`,
};

/** Writes the test chart into a folder, with further files or others in place of its own. */
export function writeChart(folder: string, files: Files = {}): string {
  for (const [name, text] of Object.entries({ ...CHART, ...files })) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return folder;
}
