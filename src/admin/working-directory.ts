// Loaded before everything else: yargs asks for the current directory when it is loaded, and throws where that is gone.
try {
  process.cwd();
} catch {
  console.error('pipward: the current directory is gone; change to another one, for instance: cd');
  process.exit(1);
}
