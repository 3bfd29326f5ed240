// Countries with their calling codes, and how a number typed in one of them is written for the server. The
// server alone says whether a number can exist; nothing here refuses one.

/** `FR33` and so on; countries of one calling code stand with its chief one first. */
const written =
  'AC247 AD376 AE971 AF93 AG1268 AI1264 AL355 AM374 AO244 AR54 AS1684 AT43 AU61 AW297 AX358 AZ994 BA387 BB1246 ' +
  'BD880 BE32 BF226 BG359 BH973 BI257 BJ229 BL590 BM1441 BN673 BO591 BQ599 BR55 BS1242 BT975 BW267 BY375 BZ501 ' +
  'CA1 CD243 CF236 CG242 CH41 CI225 CK682 CL56 CM237 CN86 CO57 CR506 CU53 CV238 CW599 CY357 CZ420 DE49 DJ253 ' +
  'DK45 DM1767 DO1809 DZ213 EC593 EE372 EG20 ER291 ES34 ET251 FI358 FJ679 FK500 FM691 FO298 FR33 GA241 GB44 ' +
  'GD1473 GE995 GF594 GG44 GH233 GI350 GL299 GM220 GN224 GP590 GQ240 GR30 GT502 GU1671 GW245 GY592 HK852 HN504 ' +
  'HR385 HT509 HU36 ID62 IE353 IL972 IM44 IN91 IQ964 IR98 IS354 IT39 JE44 JM1876 JO962 JP81 KE254 KG996 KH855 ' +
  'KI686 KM269 KN1869 KP850 KR82 KW965 KY1345 KZ7 LA856 LB961 LC1758 LI423 LK94 LR231 LS266 LT370 LU352 LV371 ' +
  'LY218 MA212 MC377 MD373 ME382 MF590 MG261 MH692 MK389 ML223 MM95 MN976 MO853 MP1670 MQ596 MR222 MS1664 MT356 ' +
  'MU230 MV960 MW265 MX52 MY60 MZ258 NA264 NC687 NE227 NG234 NI505 NL31 NO47 NP977 NR674 NU683 NZ64 OM968 PA507 ' +
  'PE51 PF689 PG675 PH63 PK92 PL48 PM508 PR1787 PS970 PT351 PW680 PY595 QA974 RE262 RO40 RS381 RU7 RW250 SA966 ' +
  'SB677 SC248 SD249 SE46 SG65 SH290 SI386 SK421 SL232 SM378 SN221 SO252 SR597 SS211 ST239 SV503 SX1721 SY963 ' +
  'SZ268 TC1649 TD235 TG228 TH66 TJ992 TK690 TL670 TM993 TN216 TO676 TR90 TT1868 TV688 TW886 TZ255 UA380 UG256 ' +
  'US1 UY598 UZ998 VA39 VC1784 VE58 VG1284 VI1340 VN84 VU678 WF681 WS685 XK383 YE967 YT262 ZA27 ZM260 ZW263';

/** Which country of a shared calling code a number without more is taken for. */
const chief: Record<string, string> = {
  '1': 'US',
  '7': 'RU',
  '39': 'IT',
  '44': 'GB',
  '262': 'RE',
  '358': 'FI',
  '590': 'GP',
  '599': 'CW',
};

/** A first 0 belongs to the number there, and stays after the calling code. */
const keepsZero = new Set(['IT', 'SM', 'VA', 'CI', 'GA', 'CG', 'BJ']);

export type Country = { country: string; code: string };

export const countries: readonly Country[] = written
  .split(' ')
  .map((one) => ({ country: one.slice(0, 2), code: one.slice(2) }));

const codes = new Map(countries.map(({ country, code }) => [country, code]));

/** The calling code of a country, without its `+`. */
export function codeOf(country: string): string | undefined {
  return codes.get(country);
}

/** The countries by their names in a language, in its order. */
export function named(language: string): (Country & { name: string })[] {
  const names = new Intl.DisplayNames(language, { type: 'region' });
  const order = new Intl.Collator(language);
  return countries
    .map((one) => ({ ...one, name: names.of(one.country) ?? one.country }))
    .sort((one, other) => order.compare(one.name, other.name));
}

/** The country that a number in international writing belongs to. */
export function countryOf(typed: string): string | undefined {
  const digits = international(typed);
  if (digits === undefined) return undefined;
  for (let length = Math.min(4, digits.length); length > 0; length -= 1) {
    const code = digits.slice(0, length);
    const found = chief[code] ?? countries.find((one) => one.code === code)?.country;
    if (found !== undefined) return found;
  }
  return undefined;
}

export type Typed =
  /** Too short to be asked about. */
  { kind: 'unfinished' } | { kind: 'letters'; found: string } | { kind: 'number'; value: string };

const digitsMin = 4;
const digitsMax = 20;

/** What was typed, as the server takes it: with its calling code. */
export function readNumber(typed: string, country: string): Typed {
  const strange = /[^\d\s+().\-/\u2010-\u2015\u2212\u00a0]/u.exec(typed);
  if (strange) return { kind: 'letters', found: strange[0] };
  const digits = typed.replace(/\D/g, '');
  if (digits.length < digitsMin || digits.length > digitsMax) return { kind: 'unfinished' };
  const abroad = international(typed);
  if (abroad !== undefined) return { kind: 'number', value: `+${abroad}` };
  const code = codeOf(country);
  return { kind: 'number', value: code === undefined ? digits : `+${code}${national(digits, country)}` };
}

/** The digits after `+` or `00`; nothing in national writing. `(0)` after a calling code is not dialled. */
function international(typed: string): string | undefined {
  const begun = /^[\s(]*(?:\+|00)/.exec(typed);
  if (!begun) return undefined;
  return typed.slice(begun[0].length).replace(/\(0\)/, '').replace(/\D/g, '');
}

function national(digits: string, country: string): string {
  if (keepsZero.has(country)) return digits;
  if (country === 'HU' && digits.startsWith('06')) return digits.slice(2);
  if (country === 'RU' || country === 'KZ') return digits.length === 11 ? digits.replace(/^8/, '') : digits;
  return digits.replace(/^0/, '');
}
