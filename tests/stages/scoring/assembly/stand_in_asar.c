/* A stand-in for asar's shared library: the same C interface, no assembler behind it.

   Each line of the source is an order:
     ERR <id> <message>   report an error with that id on that line
     OPEN <path>          report 5015 when the file can't be opened, else 9999
     HANG                 never come back
     DIE                  end the process
   Anything else assembles. Built by conftest.py where there is a C compiler. */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct error_data {
    const char *full, *raw, *block, *file;
    int line;
    const char *caller_file;
    int caller_line, id;
};
struct memory_file {
    const char *path;
    const void *buffer;
    size_t length;
};
struct parameters {
    int size;
    const char *path;
    char *rom;
    int rom_buffer_length;
    int *rom_length;
    const char **include_paths;
    int include_path_count;
    bool reset;
    const void *defines;
    int define_count;
    const char *standard_includes, *standard_defines;
    const void *warnings;
    int warning_count;
    const struct memory_file *files;
    int file_count;
    bool override_checksum, generate_checksum;
};

#ifndef API_VERSION
#define API_VERSION 303
#endif
#define MOST_ERRORS 64

static bool asked_for_version = false;
static struct error_data errors[MOST_ERRORS];
static char messages[MOST_ERRORS][128];
static int error_count = 0;

int asar_apiversion(void) { asked_for_version = true; return API_VERSION; }
bool asar_init(void) { return asked_for_version; }
int asar_version(void) { return 10901; }

static void report(int line, int id, const char *message)
{
    if (error_count == MOST_ERRORS) return;
    snprintf(messages[error_count], sizeof messages[0], "%s", message);
    errors[error_count] = (struct error_data){.raw = messages[error_count], .line = line, .id = id};
    error_count++;
}

static void obey(char *order, int line)
{
    int id, read = 0;
    if (sscanf(order, "ERR %d %n", &id, &read) == 1) report(line, id, order + read);
    if (strncmp(order, "OPEN ", 5) == 0) report(line, fopen(order + 5, "r") ? 9999 : 5015, "opened");
    if (strstr(order, "HANG")) for (volatile int turn = 0;; turn++) { }
    if (strstr(order, "DIE")) _Exit(3);
}

bool asar_patch_ex(const struct parameters *given)
{
    error_count = 0;
    if (given->size != (int)sizeof *given || given->file_count != 1 || given->rom_buffer_length != 32768
        || *given->rom_length > given->rom_buffer_length || strcmp(given->path, given->files[0].path)) {
        report(0, 5006, "the parameters are not what asar expects");
        return false;
    }
    memset(given->rom, 0x42, (size_t)given->rom_buffer_length);
    char *text = strndup(given->files[0].buffer, given->files[0].length);
    int line = 0;
    for (char *at = text, *next; at; at = next, line++) {
        next = strchr(at, '\n');
        if (next) *next++ = '\0';
        obey(at, line);
    }
    free(text);
    return error_count == 0;
}

const struct error_data *asar_geterrors(int *count) { *count = error_count; return errors; }
