// The one door to the TypeScript client: what the desk takes from it stands here. Its rules for texts have a
// door of their own, `@parloir/client/text`. Nothing here reads a frame.
export * from '@parloir/client';
export { uuidv7 as newCommandId } from '@parloir/client';
