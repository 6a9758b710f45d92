//! The launcher: `launcher --policy JSON -- COMMAND ARGUMENT…`. See the crate `supervise`.

fn main() -> std::process::ExitCode {
    supervise::launcher::main(std::env::args_os().skip(1))
}
