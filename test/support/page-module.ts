/**
 * Loads a module of the workspace page, which is plain JavaScript without declarations; `T` says what the test uses of it.
 * The path is relative to the page's folder.
 */
export async function pageModule<T>(path: string): Promise<T> {
  return (await import(`../../src/playground/slack/page/${path}`)) as T;
}
