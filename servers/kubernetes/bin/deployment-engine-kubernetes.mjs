#!/usr/bin/env node
import { launch } from '@deployment-engine/launcher';

await launch(new URL('../dist/main.js', import.meta.url));
