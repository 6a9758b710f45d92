#!/usr/bin/env node
import { launch } from '../index.mjs';

await launch(new URL('../../hub/dist/main.js', import.meta.url));
