// The one door to the TypeScript client: what the desk takes from it stands here. Nothing else imports it,
// and nothing here reads a frame.
export * from '@parloir/client';
export { uuidv7 as newCommandId } from '@parloir/client';
