//! `chmod`, `chown`, `chgrp`, `setfacl`, `chattr`: rights of files.

use super::Site;
use crate::{
    judge::Run,
    model::{Effect, Verdict},
    options::Parsed,
    path::{Area, area},
};

pub(super) fn modes(run: &mut Run<'_>, site: &mut Site<'_>) {
    let name = site.call.name;
    let parsed = Parsed::new(
        site.call.words,
        |flag| matches!(flag, "--from"),
        |flag| flag.starts_with("-w") || flag.starts_with("-x"),
    );
    if parsed.operands.is_empty() && parsed.has(&["--help", "--version"]).is_some() {
        return run.effect(Effect::Read, name, None);
    }
    let whole = parsed.has(&["-R", "-r", "--recursive"]).is_some();
    let reference = parsed.has(&["--reference"]).is_some();
    let skip = usize::from(!reference && name != "chattr");
    let mode = parsed.operands.first().map_or("", |word| word.text.as_str());
    let open = name == "chmod"
        && (mode.ends_with("777")
            || mode.ends_with("666")
            || mode.starts_with("a+w")
            || mode.starts_with("a+rwx")
            || mode.starts_with("o+w")
            || mode.starts_with("ugo+rw")
            || mode == "000"
            || mode.starts_with("a-")
            || mode == "0");
    let raises = name == "chmod" && (mode.contains("+s") || (mode.len() == 4 && mode.starts_with(['2', '4', '6'])));
    if raises {
        run.effect(Effect::Privilege, name, None);
        run.note(Verdict::Ask, || format!("{name}: lets a program run with its owner's rights"));
    }
    run.note(Verdict::Ask, || format!("{name}: changes who may do what with files"));
    for word in parsed.operands.iter().skip(skip) {
        let shown = word.shown();
        let found = area(&word.text, run.place, run.moved);
        run.effect(Effect::Write, name, Some(shown.clone()));
        let vital =
            matches!(found, Area::Root | Area::Vital | Area::Device | Area::Home) || (found == Area::System && whole);
        if vital && (whole || found == Area::Root || open) {
            run.effect(Effect::Destroy, name, Some(shown.clone()));
            run.note(Verdict::Deny, || format!("{name}: changes the rights of a whole part of the system ({shown})"));
        } else if whole && open && !found.harmless() {
            run.effect(Effect::Destroy, name, Some(shown.clone()));
            run.note(Verdict::Deny, || format!("{name}: opens a whole tree to everyone, or closes it ({shown})"));
        }
    }
}
