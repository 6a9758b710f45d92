//! `rm` and its like: what is deleted, and where that lies.

use super::Site;
use crate::{
    judge::Run,
    model::{Effect, Verdict},
    options::Parsed,
    path::{Area, area},
};

pub(super) fn remove(run: &mut Run<'_>, site: &mut Site<'_>) {
    let name = site.call.name;
    let parsed = Parsed::new(
        site.call.words,
        |flag| matches!(flag, "-n" | "--iterations" | "-s" | "--size" | "--random-source"),
        |_| false,
    );
    if site.call.words.len() == 1 && parsed.has(&["--help", "--version"]).is_some() {
        return run.effect(Effect::Read, name, None);
    }
    let rm = matches!(name, "rm" | "grm" | "srm");
    let whole = name == "trash" || (rm && parsed.has(&["-r", "-R", "--recursive"]).is_some());
    let force = parsed.has(&["-f", "--force"]).is_some();
    if parsed.has(&["--no-preserve-root"]).is_some() {
        run.note(Verdict::Deny, || format!("{name} --no-preserve-root: made to delete the whole system"));
    }
    if parsed.operands.is_empty() {
        // What to delete comes from elsewhere.
        run.note(if whole && force { Verdict::Deny } else { Verdict::Ask }, || {
            format!("{name}: deletes what is not said here")
        });
    }
    for word in &parsed.operands {
        let shown = word.shown();
        let found = area(&word.text, run.place, run.moved);
        run.effect(Effect::Destroy, name, Some(shown.clone()));
        let verdict = match found {
            Area::Temporary => Verdict::Allow,
            Area::Device | Area::Root | Area::Vital => Verdict::Deny,
            // The device itself would be gone.
            Area::TemporaryRoot | Area::Nowhere => Verdict::Ask,
            // To shred, and to it alone, the standard output.
            _ if name == "shred" && word.text == "-" => Verdict::Ask,
            _ if name == "shred" => Verdict::Deny,
            _ if whole && (force || found.precious()) => Verdict::Deny,
            _ => Verdict::Ask,
        };
        run.note(verdict, || match (found, whole) {
            (Area::Root, _) => format!("{name}: deletes the whole system ({shown})"),
            (Area::Home, true) => format!("{name}: deletes a home folder or what it keeps hidden ({shown})"),
            (Area::Vital | Area::Device, _) => format!("{name}: deletes what the system needs ({shown})"),
            (Area::Here, true) => format!("{name}: deletes all of the working folder or above it ({shown})"),
            (Area::Unknown, true) => {
                format!("{name}: deletes a whole tree, and which one is only known when it runs ({shown})")
            }
            (_, true) => format!("{name}: deletes a whole tree for good ({shown})"),
            (_, false) => format!("{name}: deletes {shown}"),
        });
        // A pattern of hidden files below a temporary folder may reach above it.
        if word.computed() && verdict == Verdict::Allow {
            run.note(Verdict::Ask, || format!("{name}: deletes {shown}"));
        }
    }
}
