// Frames as a server reads them, for tests and tools: `@parloir/client/strict`.

export { type Codec, FrameError, readDown, writeFrame } from './frames/codec.js';
export { type RefusedTo, readUp, UpError } from './frames/strict.js';
