// Reads an AsyncAPI document with the parser that its authors keep, and fails on anything it calls an error or a
// warning: node asyncapi.mjs FILE

import { readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';

/** 0 is an error, 1 a warning; what is below says that there are newer versions. */
const WARNING = 1;

const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], 'utf8'));
const faults = diagnostics.filter((diagnostic) => diagnostic.severity <= WARNING);
for (const fault of faults) console.error(`${fault.path.join('.')}: ${fault.message}`);
if (document === undefined || faults.length > 0) process.exit(1);
const [operations, messages] = [document.allOperations().all().length, document.allMessages().all().length];
console.log(`AsyncAPI ${document.version()}: ${operations} operations, ${messages} messages`);
