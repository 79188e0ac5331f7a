/** Attributes of an element; those that are undefined are left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>

/** Serialized XML; only `element` makes it, so that text never gets in unescaped. */
export interface Xml {
  readonly xml: string
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&apos;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

/** What XML 1.0 has no way to write (its production `Char`), lone surrogates included. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu

/** Escapes text for an attribute or for content; characters XML cannot hold become U+FFFD. */
export function escapeXml(text: string): string {
  return text.replace(UNWRITABLE, '\ufffd').replace(/[&<>'"\t\n\r]/g, (character) => ENTITIES[character] ?? '')
}

/** An element with attributes and with text or elements within; missing children are left out. */
export function element(
  name: string,
  attributes: Attributes = {},
  children: string | number | readonly (Xml | undefined)[] = [],
): Xml {
  const head = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}='${escapeXml(String(value))}'`)
    .join('')
  const body = Array.isArray(children)
    ? children.map((child: Xml | undefined) => child?.xml ?? '').join('')
    : escapeXml(String(children))
  return { xml: body === '' ? `<${name}${head}/>` : `<${name}${head}>${body}</${name}>` }
}
