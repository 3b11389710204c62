// A file to import.
export {};
