// The name of a country on screen.

/** The name of a country in a language; its letters where there is none. */
export function countryName(country: string, language: string): string {
  return new Intl.DisplayNames(language, { type: 'region' }).of(country) ?? country;
}
