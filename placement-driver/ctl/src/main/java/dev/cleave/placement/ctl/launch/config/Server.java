package dev.cleave.placement.ctl.launch.config;

import java.util.List;
import java.util.Optional;

/** A kind of server that has settings. */
public enum Server {
    STORE("store", "a store", StoreRegistry.ALL),
    PD("pd", "a placement driver", PlacementRegistry.ALL);

    private final String word;
    private final String title;
    private final List<Setting<?>> settings;

    Server(String word, String title, List<Setting<?>> settings) {
        this.word = word;
        this.title = title;
        this.settings = settings;
    }

    /** Its word on the command line. */
    public String word() {
        return word;
    }

    public String title() {
        return title;
    }

    /** All of them, the most needed first. */
    public List<Setting<?>> settings() {
        return settings;
    }

    /** What its environment variables begin with. */
    public String prefix() {
        return this == STORE ? "CLEAVE_STORE_" : "CLEAVE_PD_";
    }

    public Optional<Setting<?>> setting(String name) {
        return settings.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /** The variable of a setting: {@code CLEAVE_PD} alone has always been the placement driver's addresses. */
    String variable(Setting<?> setting) {
        return setting.equals(StoreRegistry.PD) ? "CLEAVE_PD" : setting.variable(prefix());
    }

    /** Refuses what only shows when values are seen together. */
    void check(Settings settings) {
        if (this == STORE) {
            StoreRegistry.settings(settings);
        } else {
            PlacementRegistry.settings(settings);
        }
    }

    @Override
    public String toString() {
        return word;
    }
}
