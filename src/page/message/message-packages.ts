/** The words of pages for scripts that declare packages. */
export const PACKAGE_WORDS = {
  label: 'Packages',
  unbuilt: (file: string) => `${file}, which is not installed here`,
  versions: 'Versions of this run',
  retry: 'Try again',
  retrying: 'Trying again',
  installing: 'Its packages are being installed',
  installingText: (file: string) =>
    `Those of ${file}, once. You can press Run now: the report starts when they are there.`,
};
