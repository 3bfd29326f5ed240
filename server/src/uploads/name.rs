//! Names of files, which are only ever shown: the last part of a path, without what would deceive a reader's
//! eye. No file is ever opened by such a name.

/// Characters of a name.
const CHARS_MAX: usize = 200;
/// Characters of an ending that is kept when a name is cut.
const ENDING_CHARS_MAX: usize = 16;
const NAMELESS: &str = "file";

/// The name as it is shown.
pub fn tidied(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|character| !is_hidden(*character)).collect();
    let kept = kept.trim().trim_end_matches('.').trim_end();
    let kept = if kept.is_empty() { NAMELESS } else { kept };
    cut(kept)
}

/// Controls, and what turns the direction of writing.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn cut(name: &str) -> String {
    let chars = name.chars().count();
    if chars <= CHARS_MAX {
        return name.to_owned();
    }
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let ending_chars = ending.chars().count();
    if ending.is_empty() || ending_chars > ENDING_CHARS_MAX {
        return name.chars().take(CHARS_MAX).collect();
    }
    let stem: String = name.chars().take(CHARS_MAX - ending_chars - 1).collect();
    format!("{stem}.{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_last_part_of_a_path_and_deceives_nobody() {
        for (given, shown) in [
            ("devis.pdf", "devis.pdf"),
            ("../../etc/passwd", "passwd"),
            ("..\\..\\boot.ini", "boot.ini"),
            ("C:\\", "file"),
            ("..", "file"),
            ("", "file"),
            ("con", "con"),
            ("photo.jpg. ", "photo.jpg"),
            ("facture\u{202e}fdp.exe", "facturefdp.exe"),
            ("a\r\nSet-Cookie: x\0.pdf", "aSet-Cookie: x.pdf"),
            ("\";alert(1).pdf", "\";alert(1).pdf"),
            ("Été à Saint-Malo.png", "Été à Saint-Malo.png"),
        ] {
            assert_eq!(tidied(given), shown, "{given:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let shown = tidied(&format!("{}.pdf", "é".repeat(300)));
        assert_eq!(shown.chars().count(), CHARS_MAX);
        assert!(shown.ends_with("é.pdf"));
        assert_eq!(tidied(&"x".repeat(300)).len(), CHARS_MAX);
    }
}
