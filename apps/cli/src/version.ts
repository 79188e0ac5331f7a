import packageJson from '../package.json' with { type: 'json' }

/** Version of the command-line interface. */
export const VERSION: string = packageJson.version
