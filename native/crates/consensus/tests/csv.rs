//! CSV texts, plain and quoted, whole and broken.
#![allow(clippy::unwrap_used)]

use consensus::csv::{Columns, CsvError};
use proptest::prelude::*;

/// The rows that were read, each field by its name.
fn rows(text: &str, columns: &[&str]) -> Vec<Vec<String>> {
    let read = Columns::read(text, columns).unwrap();
    let name = |(at, place): (usize, &u32)| read.names[at][*place as usize].to_string();
    read.rows.chunks_exact(columns.len()).map(|row| row.iter().enumerate().map(name).collect()).collect()
}

/// All fields of the text's records but the first, which is to be `a,b`.
fn fields(text: &str) -> Vec<[String; 2]> {
    rows(text, &["a", "b"]).into_iter().map(|row| row.try_into().unwrap()).collect()
}

#[test]
fn plain_fields_are_trimmed_and_empty_lines_passed_over() {
    let expected = [["1", "x y"], ["2", ""], ["", "z"]];
    for text in
        ["a,b\n1,x y\n2,\n,z\n", "\u{feff}a,b\r\n1,x y\r\n2,\r\n,z", "\na , b \n\n 1 ,x y\u{a0}\n \t\n2,\n\n,z\n\n\n"]
    {
        assert_eq!(fields(text), expected, "{text:?}");
    }
    assert!(fields("a,b").is_empty());
}

#[test]
fn quoted_fields_hold_anything() {
    let text = "b,\"a\"\n\"x, y\" ,\"line 1\nline 2\"\r\n\"say \"\"so\"\"\",\"\"\n\" trimmed \",\"\"\"\"";
    assert_eq!(fields(text), [["line 1\nline 2", "x, y"], ["", "say \"so\""], ["\"", "trimmed"]]);
}

#[test]
fn a_quote_that_does_not_end_is_told() {
    let error = Columns::read("a,b\n1,2\n\"open,2\n3,4", &["a", "b"]).unwrap_err();
    assert_eq!(error, CsvError::Short { line: 3, fields: 1 });
    assert_eq!(error.to_string(), "the record at line 3 has 1 fields");
    // Within a field it is a sign like others.
    assert_eq!(fields("a,b\nx,5\"\n"), [["x", "5\""]]);
}

#[test]
fn columns_are_found_by_name_and_others_left_out() {
    assert_eq!(rows("x,b,y,a\n1,2,3,4,5\n", &["a", "b"]), [["4", "2"]]);
    assert_eq!(rows("a,b\n1,2\n", &["b", "b"]), [["2", "2"]]);
    let header = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    for (text, names) in [("", &[][..]), ("\n\n", &[]), ("x,\"b\"\n1,2", &["x", "b"])] {
        let error = Columns::read(text, &["b", "a"]).unwrap_err();
        let column = if names.is_empty() { "b" } else { "a" }.to_owned();
        assert_eq!(error, CsvError::NoColumn { column, header: header(names) }, "{text:?}");
    }
    let error = Columns::read("a,b\n1,2\n\n3\n", &["a", "b"]).unwrap_err();
    assert_eq!(error, CsvError::Short { line: 3, fields: 1 });
}

#[test]
fn numbers_are_names_as_they_are_written() {
    let names = ["1", "01", "1.0", "+1", "0", "00", "999999", "1000000", "", "-0", "１"];
    let text = names.iter().chain(&names).fold("a,b\n".to_owned(), |text, name| format!("{text}{name},x\n"));
    let read = Columns::read(&text, &["a"]).unwrap();
    assert!(read.names[0].iter().map(|name| &**name).eq(names));
    let places: Vec<u32> = (0..11).chain(0..11).collect();
    assert_eq!(read.rows, places);
}

proptest! {
    #[test]
    fn what_is_written_comes_back(
        table in prop::collection::vec(prop::collection::vec("[a0-9, \"\n\r\u{e9}]{0,6}", 3), 0..20),
        crlf in any::<bool>(),
    ) {
        let mut text = "p,q,r".to_owned();
        for row in &table {
            let quoted = row.iter().map(|field| format!("\"{}\"", field.replace('"', "\"\""))).collect::<Vec<_>>();
            text += if crlf { "\r\n" } else { "\n" };
            text += &quoted.join(",");
        }
        let trimmed: Vec<Vec<_>> = table.iter().map(|row| row.iter().map(|field| field.trim()).collect()).collect();
        prop_assert_eq!(rows(&text, &["p", "q", "r"]), trimmed);
    }

    #[test]
    fn no_text_breaks_it(text in "(a,b\n)?[ab1, \"\n\r\u{a0}\u{feff}]{0,60}") {
        if let Ok(read) = Columns::read(&text, &["a", "b"]) {
            prop_assert!(read.rows.len().is_multiple_of(2));
            for (at, place) in read.rows.iter().enumerate() {
                prop_assert!((*place as usize) < read.names[at % 2].len());
            }
        }
    }
}
